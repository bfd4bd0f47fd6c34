import { ApplicationFailure, Context, log } from '@temporalio/activity';
import { type Charge, type PaymentState, paymentState } from '../contract/payment';
import { reasonOf } from '../contract/provider-answer';
import { type RefundAsked, type RefundState, refundState } from '../contract/refund-order';
import type { Ledger } from '../ledger/ledger';
import type { PaymentProvider } from '../providers/payment-provider';
import { PermanentProviderError } from '../providers/provider-errors';
import { SLOW_CALL_MS_MAX } from './support/call-deadline';
import { askingOwnership, NOT_UNDERSTOOD } from './support/payment-method';
import {
  askProvider,
  callProvider,
  failureOfCall,
  isThrownBy,
  ProviderFault,
  retryUntilUnderstood,
} from './support/provider-answers';
import { ProviderCalls } from './support/provider-calls';
import { memberOf } from './support/thrown';

export interface PaymentKey {
  /** `purchase/{account}/{purchase}`. The same key always means the same payment. */
  idempotencyKey: string;
}

/**
 * A provider's answer. `not-understood`: five answers in a row made no sense; `message` says why.
 */
export type PaymentAnswer = PaymentState | NotUnderstood;

interface NotUnderstood {
  state: 'not-understood';
  message: string;
}

/** The same of a refund that was ordered. */
export type RefundAnswer = RefundState | NotUnderstood;

export interface RefundInput extends PaymentKey {
  /** Which payment, if there are several under the key; absent otherwise. */
  paymentId?: string;
}

export interface PaymentActivities {
  /**
   * Takes the money once, however often it is repeated: a further attempt first asks for the state
   * under the key. A payment method that is not the account's is declined unasked.
   *
   * @throws ApplicationFailure ChargeWithdrawn (final) if the purchase may no longer be charged
   */
  charge(charge: Charge): Promise<PaymentAnswer>;
  /** The payment's current state; `unknown` if there is none under the key. */
  paymentState(input: PaymentKey): Promise<PaymentAnswer>;
  /** Voids a payment that is not decided yet, and returns its state. */
  voidPayment(input: PaymentKey): Promise<PaymentAnswer>;
  /**
   * Gives the money back once, however often it is repeated, and returns the payment's state. A
   * payment that was not paid keeps its state.
   *
   * @throws ApplicationFailure RefundNotMade or PaymentNotReturned (retried) while the money has
   *   not gone back
   */
  refundPayment(input: RefundInput): Promise<PaymentAnswer>;
  /**
   * Gives a part of a payment back once, however often it is repeated: the state under its key is
   * asked for first.
   */
  makeRefund(asked: RefundAsked): Promise<RefundAnswer>;
}

const NOT_THE_ACCOUNTS: PaymentState = {
  state: 'declined',
  paymentId: null,
  reason: 'payment-method-not-owned',
};

const HEARTBEAT_MS = 2_000;
const FIRST_PAUSE_MS = 500;

export interface PaymentActivitiesOptions {
  provider: PaymentProvider;
  ledger: Pick<Ledger, 'purchase'>;
  /**
   * The pause before a provider that wasn't understood is asked again; doubled each time, 500 ms by
   * default.
   */
  firstPauseMs?: number;
  /** How long one call of the provider may take; 25,000 by default. */
  callMsMax?: number;
  /** The process's calls of the provider. */
  calls?: ProviderCalls;
}

export function createPaymentActivities(options: PaymentActivitiesOptions): PaymentActivities {
  const { provider, ledger, firstPauseMs = FIRST_PAUSE_MS, callMsMax = SLOW_CALL_MS_MAX } = options;
  const { calls = new ProviderCalls('payment') } = options;
  const payments = checkedPayments(provider, calls, callMsMax);
  const ownership = askingOwnership(provider, calls);

  /**
   * A provider that isn't understood becomes an answer; an error that it throws is retried by
   * Temporal.
   */
  function answerOrFault<Input, State>(ask: (input: Input) => Promise<State>) {
    return async (input: Input): Promise<State | NotUnderstood> => {
      const pause = (ms: number) => Context.current().sleep(ms);
      try {
        return await retryUntilUnderstood(() => ask(input), firstPauseMs, pause);
      } catch (error) {
        if (!(error instanceof ProviderFault)) throw failureOfCall(error);
        log.warn(`The payment provider can't be understood: ${error.message}`);
        return { state: 'not-understood', message: error.message };
      }
    };
  }

  return {
    async charge(charge) {
      // Heartbeats let Temporal miss a killed worker within seconds: a buyer waits.
      const context = Context.current();
      const heartbeats = setInterval(() => context.heartbeat(), HEARTBEAT_MS);
      // An earlier attempt without an answer, or with one that makes no sense, may have taken the
      // money.
      let mayBeCharged = context.info.attempt > 1;
      const ask = answerOrFault(async () => {
        if (mayBeCharged) {
          const earlier = await payments.state(charge.idempotencyKey);
          if (earlier.state !== 'unknown') return earlier;
          await expectChargeable(ledger, charge);
        }
        // Payment methods of top-ups that earlier versions or operators have set are not checked.
        const whose = await ownership(charge.accountId, charge.paymentMethod);
        if (whose === 'not-owned') return NOT_THE_ACCOUNTS;
        if (whose === 'not-understood') throw new ProviderFault(NOT_UNDERSTOOD.message);
        mayBeCharged = true;
        return chargeOnce(payments, charge);
      });
      try {
        return await ask(charge);
      } finally {
        clearInterval(heartbeats);
      }
    },

    paymentState: answerOrFault(({ idempotencyKey }) => payments.state(idempotencyKey)),

    voidPayment: answerOrFault(async ({ idempotencyKey }) => {
      await payments.void(idempotencyKey);
      return payments.state(idempotencyKey);
    }),

    refundPayment: answerOrFault(({ idempotencyKey, paymentId }) =>
      refund(payments, idempotencyKey, paymentId),
    ),

    makeRefund: answerOrFault((asked) => makeRefund(payments, asked)),
  };
}

/**
 * The provider with its answers parsed. Its methods throw as `callProvider` and `askProvider` do.
 */
type CheckedPayments = ReturnType<typeof checkedPayments>;

function checkedPayments(provider: PaymentProvider, calls: ProviderCalls, callMsMax: number) {
  const ask = (method: string, call: () => Promise<unknown>) =>
    askProvider(paymentState, calls, { method }, callMsMax, call);
  const askOfRefund = (method: string, call: () => Promise<unknown>) =>
    askProvider(refundState, calls, { method }, callMsMax, call);
  return {
    charge: (charge: Charge) => ask('charge', () => provider.charge(charge)),
    state: (key: string) => ask('state', () => provider.state(key)),
    void: (key: string) =>
      callProvider(calls, { method: 'void' }, callMsMax, () => provider.void(key)),
    refund: (key: string, paymentId?: string) =>
      ask('refund', () => provider.refund(key, paymentId)),
    refundAmount: (asked: RefundAsked) =>
      askOfRefund('refundAmount', async () => provider.refundAmount?.(asked)),
    refundState: (key: string) =>
      askOfRefund('refundState', async () => provider.refundState?.(key)),
  };
}

async function chargeOnce(payments: CheckedPayments, charge: Charge): Promise<PaymentState> {
  try {
    return expectKnown(await payments.charge(charge));
  } catch (error) {
    if (!isThrownBy(PermanentProviderError, error)) throw error;
    // The state under the key is the truth, even after this call was refused.
    const actual = await payments.state(charge.idempotencyKey);
    if (actual.state !== 'unknown') return actual;
    return {
      state: 'declined',
      paymentId: null,
      reason: reasonOf(memberOf(error.thrown, 'reason')),
      ...(memberOf(error.thrown, 'retry') === 'never' && { retry: 'never' }),
    };
  }
}

async function refund(
  payments: CheckedPayments,
  key: string,
  paymentId?: string,
): Promise<PaymentState> {
  let refusal: unknown;
  const reached = await payments.refund(key, paymentId).catch((error) => {
    if (!isThrownBy(PermanentProviderError, error)) throw error;
    refusal = error;
    return payments.state(key);
  });
  if (paymentId !== undefined) return expectRefunded(paymentId, reached);
  // The workflow knows that it was paid: `paid` or `pending` means that nothing has gone back yet.
  if (reached.state !== 'paid' && reached.state !== 'pending') return reached;
  throw (
    refusal ??
    ApplicationFailure.retryable('The provider has not given the money back yet.', 'RefundNotMade')
  );
}

/**
 * Nothing is asked for that the provider knows already. The state under the key is the truth, also
 * after the provider has refused it.
 */
async function makeRefund(payments: CheckedPayments, asked: RefundAsked): Promise<RefundState> {
  const known = await payments.refundState(asked.refundKey);
  if (known.state !== 'unknown') return known;
  try {
    const reached = await payments.refundAmount(asked);
    if (reached.state !== 'unknown') return reached;
  } catch (error) {
    if (!isThrownBy(PermanentProviderError, error)) throw error;
    const actual = await payments.refundState(asked.refundKey);
    if (actual.state !== 'unknown') return actual;
    return { state: 'refused', reason: reasonOf(memberOf(error.thrown, 'reason')) };
  }
  throw ApplicationFailure.retryable(
    'The provider does not know the refund that it was asked for.',
    'RefundNotMade',
  );
}

/**
 * During a provider's outage the buyer may leave or cancel. The workflow then voids the payment.
 *
 * @throws ApplicationFailure ChargeWithdrawn
 */
async function expectChargeable(
  ledger: Pick<Ledger, 'purchase'>,
  { accountId, idempotencyKey }: Charge,
): Promise<void> {
  const purchaseId = idempotencyKey.slice(idempotencyKey.lastIndexOf('/') + 1);
  const purchase = await ledger.purchase(accountId, purchaseId);
  if (purchase?.mayCharge) return;
  throw ApplicationFailure.nonRetryable(
    'The purchase is not to be charged any more.',
    'ChargeWithdrawn',
  );
}

/**
 * A provider that doesn't know the payment it has just accepted may still find it, with the money
 * taken.
 */
function expectKnown(reached: PaymentState): PaymentState {
  if (reached.state !== 'unknown') return reached;
  throw ApplicationFailure.retryable(
    'The provider does not know the payment that it was asked for.',
    'PaymentNotFound',
  );
}

/** Any other payment, or none, is not what was asked for. */
function expectRefunded(paymentId: string, reached: PaymentState): PaymentState {
  if (reached.state === 'refunded' && reached.paymentId === paymentId) return reached;
  throw ApplicationFailure.retryable(
    `The provider was asked to give one of several payments back, and says that the payment is ${reached.state}.`,
    'PaymentNotReturned',
  );
}
