import { HoldfastError } from '../../../contract/errors';
import type { Outcome } from '../../../contract/outcome';
import { type AskedRequest, nameOf } from '../comparison/asked';
import { once } from './duplicates';
import type { Customer } from './product';
import { type Answered, untilAnswered } from './until-answered';

const CREDITS = 3;
const QUOTE = { credits: CREDITS, catalogVersion: '1' };
/** Priced by time, so that less than was reserved may be charged. */
const BODY = { kind: 'ai-avatar', seconds: 9 };
/** Longer than a run needs to end: no workflow holds them, so reconciliation would release them. */
const HOLD_MS = 3_600_000;

async function accepted<T>(outcome: Promise<Outcome<T>>): Promise<T> {
  const answer = await outcome;
  if (answer.ok) return answer.value;
  throw HoldfastError.of(answer.refusal);
}

/** A reservation and its end in the ledger itself, without a workflow. */
export async function reserveAndResolve(customer: Customer): Promise<void> {
  const { accountId, asked, random } = customer;
  const { ledger } = customer.product;
  const requestId = customer.nextId();
  const kept: AskedRequest = { accountId, requestId, through: 'ledger', begun: false };
  asked.requests.set(nameOf(accountId, requestId), kept);
  const twice = async <T>(command: string, call: () => Promise<T>): Promise<Answered<T>> => {
    const ask = () => untilAnswered(customer, command, requestId, call);
    return (await once(customer, ask))[0] as Answered<T>;
  };
  const reserved = await twice('reserve', () =>
    accepted(ledger.reserve(accountId, requestId, BODY, QUOTE, HOLD_MS)),
  );
  kept.begun = reserved.ok;
  if (!reserved.ok) {
    kept.end = { status: 'rejected', charged: 0, reason: reserved.code };
    return;
  }
  const charged = random.between(1, CREDITS);
  const isCommit = random.chance(0.7);
  const resolved = isCommit
    ? await twice('commit', () =>
        accepted(ledger.commit(accountId, requestId, charged, 'file:///o')),
      )
    : await twice('release', () => accepted(ledger.release(accountId, requestId, 'chaos')));
  if (!resolved.ok) asked.findings.push(`reservation ${requestId}: its end is ${resolved.code}`);
  else
    kept.end = isCommit
      ? { status: 'committed', charged }
      : { status: 'released', charged: 0, reason: 'chaos' };
}
