import { granted, type TestLedger } from '../../ledger/ledger-support';

/**
 * Operations on a ledger that make its SQL functions give each of their answers. A story expects
 * nothing itself: the answers are checked where they arrive. Each story has accounts of its own.
 */
export type Story = (books: TestLedger) => Promise<void>;

export const LITE = 'lite-monthly';
/** The first boundary of a monthly subscription that starts at START. */
export const FEBRUARY = '2030-02-01T00:00:00.000Z';

/** Runs an operation twice, like a caller who got no answer. */
export async function twice(operation: () => Promise<unknown>): Promise<void> {
  await operation();
  await operation();
}

/**
 * Makes the account's operations carry outbox messages from now on, because its top-up message is
 * never taken.
 */
export async function withMessages({ ledger }: TestLedger, account: string): Promise<void> {
  const topUp = { packId: 'pack-125', belowCredits: 1, monthlyCapCents: 10_000 };
  await granted(ledger.settings.setTopUp({ accountId: account, key: 'watched', topUp }));
}
