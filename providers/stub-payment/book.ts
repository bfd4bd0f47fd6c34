import type { Charge, PaymentState } from '../payment-provider';
import type { PaymentFacts } from './facts';
import { partCents } from './refunds';

/** A payment that the stub has accepted. */
export interface BookEntry extends Charge {
  paymentId: string;
  /** The state under the key: the second payment's, while one exists and has not gone back. */
  state: PaymentState['state'];
  /** How often money was taken; counted from separate files, so that a double charge shows. */
  timesTaken: number;
  refunded: boolean;
  /** What has gone back of it in parts, in minor units; absent where nothing has. */
  partCents?: number;
  /** The second payment, made by `takeAgain`. */
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
    const cents = await partCents(facts, key);
    entries.push({
      ...recorded,
      state,
      timesTaken: await facts.countTakings(key),
      refunded: await facts.isRefunded(key),
      ...(cents > 0 && { partCents: cents }),
      ...(second && { second }),
    });
  }
  return entries;
}
