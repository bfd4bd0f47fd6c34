import { ApplicationFailure, Context } from '@temporalio/activity';
import type { Ledger } from '../ledger';
import { PermanentProviderError } from '../providers/errors';
import type { Charge, PaymentProvider, PaymentState } from '../providers/payments';
import { providerFailure } from './support/provider-failures';

export interface PaymentKey {
  /** `purchase/{account}/{purchase}`; the same key always means the same payment. */
  idempotencyKey: string;
}

export interface RefundInput extends PaymentKey {
  /** Which payment, where there is more than one under the key; absent where there is not. */
  paymentId?: string;
}

export interface PaymentActivities {
  charge(charge: Charge): Promise<PaymentState>;
  paymentState(input: PaymentKey): Promise<PaymentState>;
  /** Voids what has not been decided, and says what became of it. */
  voidPayment(input: PaymentKey): Promise<PaymentState>;
  refundPayment(input: RefundInput): Promise<PaymentState>;
}

const HEARTBEAT_MS = 2_000;

export interface PaymentActivitiesOptions {
  provider: PaymentProvider;
  ledger: Pick<Ledger, 'purchase'>;
}

export function createPaymentActivities({ provider, ledger }: PaymentActivitiesOptions): PaymentActivities {
  return {
    charge: translated(async (charge) => {
      // An attempt that got no answer may have taken the money.
      if (Context.current().info.attempt > 1) {
        const earlier = await provider.state(charge.idempotencyKey);
        if (earlier.state !== 'unknown') return earlier;
        await expectChargeable(ledger, charge);
      }
      // So that a worker that was killed is missed in seconds: a buyer waits.
      const context = Context.current();
      const beat = setInterval(() => context.heartbeat(), HEARTBEAT_MS);
      try {
        return accepted(await provider.charge(charge));
      } catch (error) {
        if (!(error instanceof PermanentProviderError)) throw error;
        // What stands under the key is the truth, whatever was wrong with this call.
        const standing = await provider.state(charge.idempotencyKey);
        if (standing.state !== 'unknown') return standing;
        return { state: 'declined', paymentId: null, reason: error.reason };
      } finally {
        clearInterval(beat);
      }
    }),

    paymentState: translated(({ idempotencyKey }) => provider.state(idempotencyKey)),

    voidPayment: translated(async ({ idempotencyKey }) => {
      await provider.void(idempotencyKey);
      return provider.state(idempotencyKey);
    }),

    refundPayment: translated(async ({ idempotencyKey, paymentId }) => {
      if (paymentId === undefined) return provider.refund(idempotencyKey);
      return onlyThat(paymentId, await provider.refund(idempotencyKey, paymentId));
    }),
  };
}

/** While a provider is away its buyer may go, or want it no longer. Whoever asked for the charge then voids it. */
async function expectChargeable(
  ledger: Pick<Ledger, 'purchase'>,
  { accountId, idempotencyKey }: Charge,
): Promise<void> {
  const purchaseId = idempotencyKey.slice(idempotencyKey.lastIndexOf('/') + 1);
  const purchase = await ledger.purchase(accountId, purchaseId);
  if (purchase?.mayCharge) return;
  throw ApplicationFailure.nonRetryable('The purchase is not to be charged any more.', 'ChargeWithdrawn');
}

/** A provider that doesn't find what it has just been given may find it later, and the money taken. */
function accepted(reached: PaymentState): PaymentState {
  if (reached.state !== 'unknown') return reached;
  throw ApplicationFailure.retryable(
    'The provider does not know the payment that it was asked for.',
    'PaymentNotFound',
  );
}

/** A provider that gives another payment back, or none, has not done what it was asked for. */
function onlyThat(paymentId: string, reached: PaymentState): PaymentState {
  if (reached.state === 'refunded' && reached.paymentId === paymentId) return reached;
  throw ApplicationFailure.retryable(
    `The provider was asked to give one of several payments back, and says that the payment is ${reached.state}.`,
    'PaymentNotReturned',
  );
}

function translated<Input>(ask: (input: Input) => Promise<PaymentState>): (input: Input) => Promise<PaymentState> {
  return async (input) => {
    try {
      return await ask(input);
    } catch (error) {
      throw error instanceof ApplicationFailure ? error : providerFailure(error);
    }
  };
}
