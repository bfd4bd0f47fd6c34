import { granted, type TestLedger } from '../../ledger/ledger-support';

/**
 * What is done in a ledger so that each of its SQL functions answers in each way that it can. Nothing is expected here:
 * the answers are looked at where they come. Each story has accounts of its own.
 */
export type Story = (books: TestLedger) => Promise<void>;

export const LITE = 'lite-monthly';
/** The first boundary of a monthly subscription that starts at START. */
export const FEBRUARY = '2030-02-01T00:00:00.000Z';

/** Runs it twice, as a caller does who got no answer. */
export async function twice(operation: () => Promise<unknown>): Promise<void> {
  await operation();
  await operation();
}

/** Its operations carry messages from now on, because nobody takes the call for its top-up. */
export async function withMessages({ ledger }: TestLedger, account: string): Promise<void> {
  const topUp = { packId: 'pack-125', belowCredits: 1, monthlyCapCents: 10_000 };
  await granted(ledger.settings.setTopUp({ accountId: account, key: 'watched', topUp }));
}
