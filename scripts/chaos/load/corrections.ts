import { type AskedCorrection, nameOf } from '../comparison/asked';
import { expectConflict, expectSame, once } from './duplicates';
import type { Customer } from './product';
import { untilAnswered } from './until-answered';

const A_DAY_MS = 86_400_000;
const words = { reason: 'Chaos', by: 'chaos' };

/** One time for all repetitions: it is part of the body. */
function promotion(credits: number) {
  const expiresAt = new Date(Date.now() + A_DAY_MS).toISOString();
  return { credits, source: 'promotion' as const, expiresAt, ...words };
}

function keep(
  { accountId, asked }: Customer,
  what: AskedCorrection['what'],
  key: string,
  credits: number,
): AskedCorrection {
  const kept: AskedCorrection = { accountId, key, what, credits };
  asked.corrections.set(nameOf(accountId, key), kept);
  return kept;
}

/** Grants credits through a workflow. */
export async function grantByWorkflow(customer: Customer, credits: number): Promise<void> {
  const { accountId, product } = customer;
  const key = customer.nextId();
  const kept = keep(customer, 'grant', key, credits);
  const request = { accountId, key, ...promotion(credits) };
  const answers = await once(customer, () =>
    untilAnswered(customer, 'grant', key, () => product.client.grants.create(request)),
  );
  const granted = answers.find((answer) => answer.ok);
  kept.done = granted !== undefined;
  if (!granted?.ok) return;
  await expectSame(customer, `grant ${key}`, {
    first: granted.value.grantId,
    again: () => product.client.grants.create(request),
    outcomeOf: ({ grantId }) => grantId,
  });
  await expectConflict(customer, `grant ${key}`, () =>
    product.client.grants.create({ ...request, credits: credits + 1 }),
  );
}

/** Grants or deducts in the ledger itself, as an operator's command does. */
export async function correct(customer: Customer, what: AskedCorrection['what'], credits: number) {
  const { accountId, product } = customer;
  const key = customer.nextId();
  const kept = keep(customer, what, key, credits);
  const granted = promotion(credits);
  const command = what === 'grant' ? 'grant in the ledger' : what;
  const call = async (): Promise<boolean> => {
    const outcome =
      what === 'grant'
        ? await product.ledger.grant(accountId, key, granted)
        : await product.ledger.deduct(accountId, key, { credits, ...words });
    return outcome.ok;
  };
  const answers = await once(customer, () => untilAnswered(customer, command, key, call));
  kept.done = answers.some((answer) => answer.ok && answer.value);
}
