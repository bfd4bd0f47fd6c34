import type { Charge, PaymentState } from '../payment-provider';
import type { PaymentFacts } from './facts';

/** What the stub knows of a payment that it has ever accepted. */
export interface BookEntry extends Charge {
  paymentId: string;
  /** What the payment service says under the key: the second payment's, where one was made and has not gone back. */
  state: PaymentState['state'];
  /** Counted from what was written when money was taken, so that a double charge would show. */
  timesTaken: number;
  refunded: boolean;
  /** Made by `takeAgain`. */
  second?: { paymentId: string; refunded: boolean };
}

export async function readBook(
  facts: PaymentFacts,
  stateOf: (key: string) => Promise<PaymentState>,
): Promise<BookEntry[]> {
  const entries: BookEntry[] = [];
  for (const { acceptedAtMs, endsAtMs, end, ...recorded } of await facts.listPayments()) {
    const key = recorded.idempotencyKey;
    const { state } = await stateOf(key);
    const second = await facts.findSecond(key);
    entries.push({
      ...recorded,
      state,
      timesTaken: await facts.countTakings(key),
      refunded: await facts.isRefunded(key),
      ...(second && { second }),
    });
  }
  return entries;
}
