import { log } from '@temporalio/activity';
import type { Client } from '@temporalio/client';
import { createBillingActivities } from '../activities/billing-activities';
import { createReservationActivities } from '../activities/generation/reservation-activities';
import { createGrantActivities } from '../activities/grant-activities';
import { createPurchaseActivities } from '../activities/purchase-activities';
import { createReconciliationActivities } from '../activities/reconciliation-activities';
import { createRefundActivities } from '../activities/refund-activities';
import { createSettingsActivities } from '../activities/settings-activities';
import { createSubscriptionActivities } from '../activities/subscription-activities';
import { createTopUpActivities } from '../activities/top-up-activities';
import { createUpkeepActivities } from '../activities/upkeep-activities';
import type { CodecConverter } from '../codec/data-converter';
import { holdfastCodecOf } from '../codec/payload-codec';
import type { Ledger } from '../ledger/ledger';
import type { PaymentProvider } from '../providers/payment-provider';
import { createStripePaymentProvider } from '../providers/stripe/stripe-payment-provider';
import { createStubPaymentProvider } from '../providers/stub-payment/stub-payment-provider';
import { createProofCheck } from '../tokens/command-proofs';
import { generationWorkflowId } from '../workflows/messages';
import type { CallsByProvider } from './provider-calls';
import type { WorkerConfig } from './worker-config';
import { createSubscriptionTeller, createWorkflowRestarts } from './workflow-restarts';

/** The activities of the workflow queue. */
export function createActivities(
  config: WorkerConfig,
  options: {
    paymentProvider?: PaymentProvider;
    dataConverter?: CodecConverter;
    calls: CallsByProvider;
  },
  ledger: Ledger,
  temporal: Client,
) {
  const holdMs = config.holdSeconds * 1000;
  const { paymentProvider } = options;
  const paymentCalls = options.calls.payment;
  const { commandProofs } = config;
  const checkProof =
    commandProofs &&
    createProofCheck(commandProofs, (message, fields) => log.warn(message, fields));
  return {
    ...createGrantActivities({ ledger, temporal, limits: config.grantLimits, checkProof }),
    ...createReservationActivities({
      ...{ ledger, temporal, holdMs, queueRoom: config.queueRoom },
      inputKeys: holdfastCodecOf(options.dataConverter?.payloadCodecs ?? [])?.inputKeys,
    }),
    ...createSubscriptionActivities({ ledger, checkProof }),
    ...createBillingActivities({
      ...{ ledger, checkProof, environment: config.billingEnvironment },
      tellSubscription: createSubscriptionTeller(temporal, config.taskQueue),
    }),
    ...createPurchaseActivities({ ledger, temporal, paymentProvider, paymentCalls }),
    ...createRefundActivities({ ledger, temporal, paymentProvider, checkProof }),
    ...createSettingsActivities({ ledger, temporal, paymentProvider, paymentCalls }),
    ...createTopUpActivities({ ledger, hasPayments: paymentProvider !== undefined }),
    ...createReconciliationActivities({
      ledger,
      temporal,
      holdMs,
      workflowIdOf: generationWorkflowId,
    }),
    ...createUpkeepActivities({
      ledger,
      restarts: createWorkflowRestarts(temporal, config.taskQueue),
      missedAfterMs: config.reconcileIntervalSeconds * 1000,
    }),
  };
}

/** The stub takes no money, so it must be asked for: with it, credits are free. */
export function paymentProviderFor(
  { payments, stripe, outputDir }: WorkerConfig,
  paymentProvider: PaymentProvider | undefined,
): PaymentProvider | undefined {
  if (paymentProvider) return paymentProvider;
  if (payments === 'stripe' && stripe) return createStripePaymentProvider(stripe);
  return payments === 'stub' ? createStubPaymentProvider({ outputDir }) : undefined;
}
