import type { Operation } from '../operations/operations';
import { catalogAt } from '../rules/catalog';
import { availableAt } from '../rules/journal';
import { type Account, timeOf, type World } from '../rules/state';
import { accountDrawn, KINDS, type Numbers, pick } from './world';

const packsOf = (account: Account) =>
  [...account.purchases.values()].filter(({ status }) => status === 'granted');

/** A step towards a debt: all that is there is reserved, used, and its pack refunded. */
export function drawDebt(world: World, [a, b, c]: Numbers): Operation {
  const account = accountDrawn(world, a);
  const accountId = account.id;
  const isOfPack = (grantId: number) => packsOf(account).some((one) => one.grantId === grantId);
  const requests = [...account.requests.values()].filter(({ allocations }) =>
    allocations.some(({ grantId }) => isOfPack(grantId)),
  );
  const open = requests.find(({ state }) => state === 'open');
  const used = packsOf(account).find(
    ({ grantId, refunds }) =>
      refunds.length < 2 &&
      requests.some(
        ({ state, allocations }) =>
          state === 'committed' && allocations.some((part) => part.grantId === grantId),
      ),
  );
  if (used && b % 3 > 0) {
    const amountCents = pick([used.priceCents as number, 100], b >> 3);
    const refundId = `debt-${used.id}-${used.refunds.length}`;
    return {
      name: 'bookRefund',
      given: { accountId, purchaseId: used.id, refundId, said: { amountCents } },
    };
  }
  if (open) {
    const { id: requestId, credits } = open;
    return { name: 'commit', given: { accountId, requestId, credits, outputUrl: 'file:///one' } };
  }
  const at = timeOf(world, account);
  const quote = {
    credits: Math.max(1, availableAt(account, at)),
    catalogVersion: catalogAt(world, at).version,
  };
  const body = { kind: pick(KINDS, c) };
  const requestId = `r${account.requests.size + 1}`;
  return { name: 'reserve', given: { accountId, requestId, body, quote, wait: null } };
}
