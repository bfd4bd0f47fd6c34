import { setTimeout as sleep } from 'node:timers/promises';
import type { Charge, PaymentProvider, PaymentState } from '../payment-provider';
import { PermanentProviderError, TransientProviderError } from '../provider-errors';
import { simulateOutage } from '../simulated-outage';
import { type BookEntry, readBook } from './book';
import { createPaymentFacts } from './facts';
import { acceptPayment, checkSameCharge, type EndState, modeOf, voidedByBank } from './payment';

export type { BookEntry };

export interface StubPaymentOptions {
  /** Payments live here, in the folder `payments`; processes that share the folder share the book. */
  outputDir: string;
  /** How long a pending payment takes to be decided, 3000 by default. */
  pendingMs?: number;
  /** How long `simulate-slow` takes to answer, 5000 by default. */
  slowMs?: number;
  /** How long `simulate-rate-limited` asks to wait, 1000 by default. */
  retryAfterMs?: number;
  /** Milliseconds since 1970; the machine's clock by default. */
  now?: () => number;
}

/** The provider, and what stands in for the bank behind it. */
export interface StubPaymentProvider extends PaymentProvider {
  /** A pending payment is paid now; any other stays as it is. */
  settle(idempotencyKey: string): Promise<PaymentState>;
  /** A pending payment is voided now; any other stays as it is. */
  voidByBank(idempotencyKey: string): Promise<PaymentState>;
  /**
   * Takes the money of a paid payment once more, in a payment of its own, as a service does that has forgotten the key: from
   * then on the key stands for the second one, until that has gone back.
   */
  takeAgain(idempotencyKey: string): Promise<PaymentState>;
  /** Oldest first. A charge that was refused, or voided before it came, is no payment. */
  book(): Promise<BookEntry[]>;
}

/**
 * A payment service for development, as slow and moody as a real one (contract/simulations.ts).
 *
 * A payment is a folder of facts that are each written once, so it survives the worker that charged it, and whichever
 * process looks sees the same state. The first to write the end decides between a void, a settlement and a charge that
 * meet; an end without a payment is the tombstone that keeps a late charge from taking anything.
 */
export function createStubPaymentProvider(options: StubPaymentOptions): StubPaymentProvider {
  const {
    outputDir,
    pendingMs = 3000,
    slowMs = 5000,
    retryAfterMs = 1000,
    now = Date.now,
  } = options;
  const facts = createPaymentFacts(outputDir);

  async function state(key: string): Promise<PaymentState> {
    const second = await facts.findSecond(key);
    return second && !second.refunded
      ? { state: 'paid', paymentId: second.paymentId }
      : firstState(key);
  }

  async function firstState(key: string): Promise<PaymentState> {
    const end = await facts.findEnd(key);
    if (end) return end;
    const payment = await facts.findPayment(key);
    if (!payment) return { state: 'unknown' };
    return now() < payment.endsAtMs
      ? { state: 'pending', paymentId: payment.paymentId }
      : facts.end(key, payment.end);
  }

  async function endPending(
    key: string,
    endOf: (paymentId: string) => EndState,
  ): Promise<PaymentState> {
    const reached = await firstState(key);
    return reached.state === 'pending' ? facts.end(key, endOf(reached.paymentId)) : reached;
  }

  const settle = (key: string) => endPending(key, (paymentId) => ({ state: 'paid', paymentId }));

  async function accept(asked: Charge): Promise<void> {
    const key = asked.idempotencyKey;
    const mode = modeOf(asked);
    await simulateOutage(mode, retryAfterMs, (fact) => facts.path(key, fact));
    if (mode === 'refused') {
      await facts.end(key, {
        state: 'declined',
        paymentId: null,
        reason: 'payment-method-invalid',
      });
      return;
    }
    const { first } = await facts.recordPayment(acceptPayment(asked, now(), { pendingMs, slowMs }));
    if (first && mode === 'slow') {
      await sleep(slowMs);
      await settle(key);
    }
    if (first && mode === 'lost-answer') {
      await state(key);
      throw new TransientProviderError('The answer was lost (simulated).');
    }
  }

  return {
    async charge(asked) {
      const key = asked.idempotencyKey;
      if ((await state(key)).state === 'unknown') await accept(asked);
      const payment = await facts.findPayment(key);
      if (payment) checkSameCharge(payment, asked);
      const reached = await state(key);
      // Only a charge that was never accepted is declined without a payment.
      if (reached.state === 'declined' && reached.paymentId === null) {
        throw new PermanentProviderError(
          reached.reason,
          'The provider refuses this payment method.',
        );
      }
      return reached;
    },

    state,

    async void(key) {
      const reason = 'void-requested';
      const reached = await endPending(key, (paymentId) => ({
        state: 'voided',
        paymentId,
        reason,
      }));
      if (reached.state === 'unknown')
        await facts.end(key, { state: 'voided', paymentId: null, reason });
    },

    async refund(key, paymentId) {
      const second = await facts.findSecond(key);
      if (second && paymentId === second.paymentId) {
        await facts.recordSecondRefund(key);
        return { state: 'refunded', paymentId };
      }
      const reached = await firstState(key);
      if (reached.state !== 'paid' && reached.state !== 'refunded') {
        throw new PermanentProviderError(
          'not-paid',
          `A payment that is ${reached.state} can't be given back.`,
        );
      }
      if (paymentId !== undefined && paymentId !== reached.paymentId) {
        throw new PermanentProviderError('not-paid', 'The key has no such payment.');
      }
      await facts.recordRefund(key);
      return firstState(key);
    },

    settle,

    async takeAgain(key) {
      const reached = await firstState(key);
      if (reached.state !== 'paid')
        throw new PermanentProviderError('not-paid', 'Only what was paid is taken again.');
      await facts.recordSecond(key, { paymentId: `${reached.paymentId}-again` });
      return state(key);
    },

    voidByBank: (key) => endPending(key, voidedByBank),

    book: () => readBook(facts, state),
  };
}
