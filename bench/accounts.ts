import { HoldfastError } from '../contract/errors';
import type { Ledger, Outcome } from '../ledger/ledger';

const BODY = { kind: 'text-to-image' };
const HOLD_MS = 600_000;
const YEAR_MS = 365 * 86_400_000;

let ids = 0;

export function newId(prefix: string): string {
  ids += 1;
  return `${prefix}-${ids}`;
}

/** A refusal is quicker than the operation that is measured, so it ends the benchmark. */
async function accepted<T>(outcome: Promise<Outcome<T>>): Promise<void> {
  const settled = await outcome;
  if (!settled.ok) throw HoldfastError.of(settled.refusal);
}

export function fund(ledger: Ledger, accountId: string, credits: number): Promise<void> {
  const expiresAt = new Date(Date.now() + YEAR_MS).toISOString();
  const body = {
    credits,
    source: 'promotion' as const,
    reason: 'benchmark',
    by: 'bench',
    expiresAt,
  };
  return accepted(ledger.grant(accountId, newId('grant'), body));
}

export function reserve(
  ledger: Ledger,
  accountId: string,
  requestId: string,
  credits = 1,
): Promise<void> {
  return accepted(
    ledger.reserve(accountId, requestId, BODY, { credits, catalogVersion: '1' }, HOLD_MS),
  );
}

export function commit(
  ledger: Ledger,
  accountId: string,
  requestId: string,
  credits = 1,
): Promise<void> {
  return accepted(ledger.commit(accountId, requestId, credits, 'file:///output'));
}

export const LONG_HISTORY = { entries: 5_000, spentGrants: 300 };

/**
 * Makes an account like one after years of use: most grants spent, thousands of entries, one grant
 * left to spend from.
 */
export async function growLongHistory(
  ledger: Ledger,
  accountId: string,
  clients: number,
): Promise<void> {
  const { entries, spentGrants } = LONG_HISTORY;
  for (let grant = 0; grant < spentGrants; grant += 1) {
    const requestId = newId('request');
    await fund(ledger, accountId, 5);
    await reserve(ledger, accountId, requestId, 5);
    await commit(ledger, accountId, requestId, 5);
  }
  await fund(ledger, accountId, 1_000_000);
  let pairs = Math.ceil((entries - 3 * spentGrants - 1) / 2);
  const work = async (): Promise<void> => {
    while (pairs > 0) {
      pairs -= 1;
      const requestId = newId('request');
      await reserve(ledger, accountId, requestId);
      await commit(ledger, accountId, requestId);
    }
  };
  await Promise.all(Array.from({ length: clients }, work));
}
