import { setTimeout as sleep } from 'node:timers/promises';
import type { Charge, PaymentProvider, PaymentState } from '../payment-provider';
import { PermanentProviderError, TransientProviderError } from '../provider-errors';
import { simulateOutage } from '../simulated-outage';
import { type BookEntry, readBook } from './book';
import { createPaymentFacts, type PaymentFacts } from './facts';
import {
  acceptPayment,
  checkSameCharge,
  type EndState,
  modeOf,
  SOMEONE_ELSES,
  voidedByBank,
} from './payment';
import { createStubRefunds } from './refunds';

export type { BookEntry };

export interface StubPaymentOptions {
  /** The folder that holds the folder `payments`. Processes that share it share the payments. */
  outputDir: string;
  /** How long a pending payment takes to be decided, 3000 ms by default. */
  pendingMs?: number;
  /** How long `simulate-slow` takes to answer, 5000 ms by default. */
  slowMs?: number;
  /** How long `simulate-rate-limited` asks to wait, 1000 ms by default. */
  retryAfterMs?: number;
  /** Milliseconds since 1970; the machine's clock by default. */
  now?: () => number;
}

/** The provider, and the acts of the simulated bank behind it. */
export interface StubPaymentProvider extends PaymentProvider {
  /** Pays a pending payment now; any other keeps its state. */
  settle(idempotencyKey: string): Promise<PaymentState>;
  /** Voids a pending payment now; any other keeps its state. */
  voidByBank(idempotencyKey: string): Promise<PaymentState>;
  /**
   * Takes the money of a paid payment again, as a second payment, like a service that has lost its
   * idempotency keys. From then on the key stands for the second payment, until that has gone back.
   */
  takeAgain(idempotencyKey: string): Promise<PaymentState>;
  /**
   * All accepted payments, oldest first. A charge that was refused, or voided before it came, is
   * none.
   */
  book(): Promise<BookEntry[]>;
}

/**
 * A payment service for development, with the delays and faults of a real one
 * (contract/simulations.ts).
 *
 * A payment is a folder of facts that are each written once. It outlives the worker that charged
 * it, and every process sees the same state. The first process to write the end decides between a
 * void, a settlement and a charge that happen at the same time. An end without a payment is a
 * tombstone: it keeps a late charge from taking anything.
 */
export function createStubPaymentProvider(options: StubPaymentOptions): StubPaymentProvider {
  const { outputDir, pendingMs = 3000, now = Date.now } = options;
  const facts = createPaymentFacts(outputDir);
  const states = createPaymentStates(facts, now);
  const { state, firstState, endPending } = states;
  const settle = (key: string) => endPending(key, (paymentId) => ({ state: 'paid', paymentId }));

  return {
    async charge(asked) {
      const key = asked.idempotencyKey;
      if ((await state(key)).state === 'unknown') await accept(asked, facts, states, options);
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

    refund: (key, paymentId) => refund(key, paymentId, facts, states),

    ...createStubRefunds(facts, { pendingMs, now, state }),

    ownsPaymentMethod: async ({ paymentMethod }) => !paymentMethod.startsWith(SOMEONE_ELSES),

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

type PaymentStates = ReturnType<typeof createPaymentStates>;

function createPaymentStates(facts: PaymentFacts, now: () => number) {
  /** The state of the payment that the key stands for: the second one, until it has gone back. */
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

  /** Ends a pending payment; any other keeps its state. */
  async function endPending(
    key: string,
    endOf: (paymentId: string) => EndState,
  ): Promise<PaymentState> {
    const reached = await firstState(key);
    return reached.state === 'pending' ? facts.end(key, endOf(reached.paymentId)) : reached;
  }

  return { state, firstState, endPending };
}

async function accept(
  asked: Charge,
  facts: PaymentFacts,
  { state, endPending }: PaymentStates,
  options: StubPaymentOptions,
): Promise<void> {
  const { pendingMs = 3000, slowMs = 5000, retryAfterMs = 1000, now = Date.now } = options;
  const key = asked.idempotencyKey;
  const mode = modeOf(asked);
  await simulateOutage(mode, retryAfterMs, (fact) => facts.path(key, fact));
  if (mode === 'refused') {
    const reason = 'payment-method-invalid';
    await facts.end(key, { state: 'declined', paymentId: null, reason });
    return;
  }
  const { first } = await facts.recordPayment(acceptPayment(asked, now(), { pendingMs, slowMs }));
  if (first && mode === 'slow') {
    await sleep(slowMs);
    await endPending(key, (paymentId) => ({ state: 'paid', paymentId }));
  }
  if (first && mode === 'lost-answer') {
    await state(key);
    throw new TransientProviderError('The answer was lost (simulated).');
  }
}

async function refund(
  key: string,
  paymentId: string | undefined,
  facts: PaymentFacts,
  { firstState }: PaymentStates,
): Promise<PaymentState> {
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
  if (paymentId !== undefined && paymentId !== reached.paymentId)
    throw new PermanentProviderError('not-paid', 'The key has no such payment.');
  await facts.recordRefund(key);
  return firstState(key);
}
