import { catalogAt } from './catalog';
import { post } from './journal';
import { type Account, type Answer, type Purchase, refused, type World } from './state';

/** What generations have used of a grant, and debts that it paid. */
function usedOf(account: Account, grantId: number): number {
  return account.entries
    .filter(({ type }) => type === 'commit' || type === 'repay')
    .flatMap(({ legs }) => legs.filter((leg) => leg.grantId === grantId))
    .reduce((sum, { remainder, reserved }) => sum - remainder - reserved, 0);
}

const sum = ({ refunds }: Purchase, what: 'credits' | 'owed'): number =>
  refunds.reduce((total, refund) => total + refund[what], 0);

/**
 * Books as a debt what was used of refunded packs, among those of these grants: what their refunds
 * cover beyond all that was not used.
 */
export function oweUsed(world: World, account: Account, at: number, grantIds: number[]): void {
  const packs = [...account.purchases.values()].filter(
    ({ grantId, catalogVersion }) =>
      grantIds.includes(grantId as number) &&
      world.catalogs.find(({ version }) => version === catalogVersion)?.refund === 'debt',
  );
  for (const one of packs.sort((a, b) => (a.grantId as number) - (b.grantId as number))) {
    const grantId = one.grantId as number;
    const unused = (one.credits as number) - usedOf(account, grantId);
    let due = Math.max(0, sum(one, 'credits') - unused) - sum(one, 'owed');
    for (const refund of one.refunds) {
      const owed = Math.min(due, refund.credits - refund.taken - refund.owed);
      if (owed === 0) continue;
      post(account, at, 'owe', [], { grantId, reason: `refund ${refund.id}`, owed });
      refund.owed += owed;
      due -= owed;
    }
  }
}

/** A refusal if the account's debt keeps its generations out. */
export function debtObstacle(world: World, owed: number, at: number) {
  if (owed === 0 || catalogAt(world, at).inDebt === 'admit') return null;
  return refused('ACCOUNT_IN_DEBT', { owed }) as Extract<Answer, { ok: false }>;
}
