import { isDeepStrictEqual } from 'node:util';
import type { Customer } from './product';
import { untilAnswered } from './until-answered';

const AT_ONCE = 0.05;
const REPEATED = 0.05;
const OTHER_BODY = 0.03;

/** Makes a call, at times twice at once. */
export async function once<T>({ random }: Customer, call: () => Promise<T>): Promise<T[]> {
  return Promise.all(random.chance(AT_ONCE) ? [call(), call()] : [call()]);
}

/** At times makes a call again that has been answered, and expects the first answer. */
export async function expectSame<T>(
  customer: Customer,
  named: string,
  {
    first,
    again,
    outcomeOf,
  }: { first: unknown; again: () => Promise<T>; outcomeOf: (answer: T) => unknown },
): Promise<void> {
  const { asked, tally, random } = customer;
  if (!random.chance(REPEATED)) return;
  const answer = await untilAnswered(customer, 'repeat', named, again);
  const outcome = answer.ok ? outcomeOf(answer.value) : answer.code;
  if (isDeepStrictEqual(outcome, first)) tally.duplicates.replayed += 1;
  else
    asked.findings.push(
      `${named}: the repetition got ${JSON.stringify(outcome)}, the first ${JSON.stringify(first)}`,
    );
}

/** At times asks for something else under a known key, and expects to be refused. */
export async function expectConflict(
  customer: Customer,
  named: string,
  other: () => Promise<unknown>,
): Promise<void> {
  const { asked, tally, random } = customer;
  if (!random.chance(OTHER_BODY)) return;
  const answer = await untilAnswered(customer, 'ask for something else', named, other);
  const got = answer.ok ? JSON.stringify(answer.value) : answer.code;
  if (got === 'IDEMPOTENCY_CONFLICT') tally.duplicates.refused += 1;
  else asked.findings.push(`${named}: something else under its key got ${got}`);
}
