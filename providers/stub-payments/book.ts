import type { Charge, PaymentState } from '../payments';
import type { PaymentFacts } from './facts';

/** What the stub knows of a payment that it has ever accepted. */
export interface BookEntry extends Charge {
  paymentId: string;
  state: PaymentState['state'];
  /** Counted from what was written when money was taken, so that a double charge would show. */
  timesTaken: number;
  refunded: boolean;
}

export async function readBook(
  facts: PaymentFacts,
  stateOf: (key: string) => Promise<PaymentState>,
): Promise<BookEntry[]> {
  const entries: BookEntry[] = [];
  for (const { acceptedAtMs, endsAtMs, end, ...recorded } of await facts.listPayments()) {
    const key = recorded.idempotencyKey;
    const { state } = await stateOf(key);
    entries.push({
      ...recorded,
      state,
      timesTaken: await facts.countTakings(key),
      refunded: await facts.isRefunded(key),
    });
  }
  return entries;
}
