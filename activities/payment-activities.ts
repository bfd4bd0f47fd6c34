import { ApplicationFailure, Context, log } from '@temporalio/activity';
import { type Charge, type PaymentState, paymentState } from '../contract/payment';
import { reasonOf } from '../contract/provider-answer';
import type { Ledger } from '../ledger/ledger';
import type { PaymentProvider } from '../providers/payment-provider';
import { PermanentProviderError } from '../providers/provider-errors';
import {
  askProvider,
  callProvider,
  failureOfCall,
  isThrownBy,
  ProviderFault,
  retryUntilUnderstood,
} from './support/provider-answers';
import { memberOf } from './support/thrown';

export interface PaymentKey {
  /** `purchase/{account}/{purchase}`; the same key always means the same payment. */
  idempotencyKey: string;
}

/** What a provider says, or that it can't be answerOrFault, however often it was asked; `message` says what is wrong. */
export type PaymentAnswer = PaymentState | { state: 'not-understood'; message: string };

export interface RefundInput extends PaymentKey {
  /** Which payment, where there is more than one under the key; absent where there is not. */
  paymentId?: string;
}

export interface PaymentActivities {
  charge(charge: Charge): Promise<PaymentAnswer>;
  paymentState(input: PaymentKey): Promise<PaymentAnswer>;
  /** Voids what has not been decided, and says what became of it. */
  voidPayment(input: PaymentKey): Promise<PaymentAnswer>;
  /** Gives the money back; of what isn't there, it says how it stands. */
  refundPayment(input: RefundInput): Promise<PaymentAnswer>;
}

const HEARTBEAT_MS = 2_000;
const FIRST_PAUSE_MS = 500;

export interface PaymentActivitiesOptions {
  provider: PaymentProvider;
  ledger: Pick<Ledger, 'purchase'>;
  /** Before a provider that wasn't answerOrFault is asked again; doubled each time, 500 by default. */
  firstPauseMs?: number;
}

export function createPaymentActivities(options: PaymentActivitiesOptions): PaymentActivities {
  const { provider, ledger, firstPauseMs = FIRST_PAUSE_MS } = options;
  const payments = checkedPayments(provider);

  /** A provider that isn't answerOrFault has an end here, and a word for it; a provider that throws is asked again. */
  function answerOrFault<Input>(ask: (input: Input) => Promise<PaymentState>) {
    return async (input: Input): Promise<PaymentAnswer> => {
      const pause = (ms: number) => Context.current().sleep(ms);
      try {
        return await retryUntilUnderstood(() => ask(input), firstPauseMs, pause);
      } catch (error) {
        if (!(error instanceof ProviderFault)) throw failureOfCall(error);
        log.warn(`The payment provider can't be answerOrFault: ${error.message}`);
        return { state: 'not-understood', message: error.message };
      }
    };
  }

  return {
    async charge(charge) {
      // So that a worker that was killed is missed in seconds: a buyer waits.
      const context = Context.current();
      const heartbeats = setInterval(() => context.heartbeat(), HEARTBEAT_MS);
      // An attempt that got no answer, or one that makes no sense, may have taken the money.
      let mayBeCharged = context.info.attempt > 1;
      const ask = answerOrFault(async () => {
        if (mayBeCharged) {
          const earlier = await payments.state(charge.idempotencyKey);
          if (earlier.state !== 'unknown') return earlier;
          await expectChargeable(ledger, charge);
        }
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
  };
}

/** The provider, with nothing believed of what it says. Every method throws what `callProvider` and `askProvider` do. */
type CheckedPayments = ReturnType<typeof checkedPayments>;

function checkedPayments(provider: PaymentProvider) {
  const answer = (call: () => Promise<unknown>) => askProvider(paymentState, 'payment', call);
  return {
    charge: (charge: Charge) => answer(() => provider.charge(charge)),
    state: (key: string) => answer(() => provider.state(key)),
    void: (key: string) => callProvider(() => provider.void(key)),
    refund: (key: string, paymentId?: string) => answer(() => provider.refund(key, paymentId)),
  };
}

async function chargeOnce(payments: CheckedPayments, charge: Charge): Promise<PaymentState> {
  try {
    return expectKnown(await payments.charge(charge));
  } catch (error) {
    if (!isThrownBy(PermanentProviderError, error)) throw error;
    // What stands under the key is the truth, whatever was wrong with this call.
    const actual = await payments.state(charge.idempotencyKey);
    if (actual.state !== 'unknown') return actual;
    return {
      state: 'declined',
      paymentId: null,
      reason: reasonOf(memberOf(error.thrown, 'reason')),
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
  // Whoever asks has been told that it was paid: only what has been given back has been given back.
  if (reached.state !== 'paid' && reached.state !== 'pending') return reached;
  throw (
    refusal ??
    ApplicationFailure.retryable('The provider has not given the money back yet.', 'RefundNotMade')
  );
}

/** While a provider is away its buyer may go, or want it no longer. Whoever asked for the charge then voids it. */
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

/** A provider that doesn't find what it has just been given may find it later, and the money taken. */
function expectKnown(reached: PaymentState): PaymentState {
  if (reached.state !== 'unknown') return reached;
  throw ApplicationFailure.retryable(
    'The provider does not know the payment that it was asked for.',
    'PaymentNotFound',
  );
}

/** A provider that gives another payment back, or none, has not done what it was asked for. */
function expectRefunded(paymentId: string, reached: PaymentState): PaymentState {
  if (reached.state === 'refunded' && reached.paymentId === paymentId) return reached;
  throw ApplicationFailure.retryable(
    `The provider was asked to give one of several payments back, and says that the payment is ${reached.state}.`,
    'PaymentNotReturned',
  );
}
