import { z } from 'zod';
import { actWords } from './act';
import { billingEventKey, billingEventResult } from './billing-event';
import type { Lateness } from './command';
import { lateInput, startedRequest } from './generation';
import { admission, generationResult } from './generation-result';
import { grantOutcome, grantRequest } from './grant';
import { ledgerRecord } from './ledger-identity';
import { deliveries, noticesInput } from './notice';
import { outcome } from './outcome';
import { purchaseRequest, purchaseResult } from './purchase';
import { passPace, reconciliationReport } from './reconciliation';
import { refundOrderRequest, refundOrderResult } from './refund-order';
import { changedSettings, parseSettingsChange } from './settings';
import {
  billingCycleInput,
  billingCycleResult,
  changedPlan,
  endedSubscription,
  expiryResult,
  grantedCycles,
  planChangeRequest,
  renewalRequest,
  renewed,
  subscribeRequest,
  subscriptionChange,
  subscriptionChangeRequest,
  termKey,
} from './subscription';
import { topUpInput, topUpResult } from './top-up';

/**
 * The arguments, updates and results of a workflow. Published JSON: callers use a workflow by its
 * name.
 */
interface WorkflowContract {
  /** The workflow's first argument. */
  input: z.ZodType;
  /** The second argument, if there may be one. */
  lateness?: z.ZodType<Lateness>;
  /** Absent for a workflow that never ends by itself. */
  result?: z.ZodType;
  updates?: Record<string, { said: z.ZodType; answer: z.ZodType }>;
}

/** The hash of a request; see `requestHashOf` and `purchaseHashOf`. */
const hash = z.string().regex(/^[0-9a-f]{64}$/, 'a SHA-256 in hexadecimal digits');

/** Ids that an update leaves out, because the workflow knows its subscription. */
const itself = { accountId: true, subscriptionId: true } as const;
const keyed = subscriptionChangeRequest.omit(itself);

const settingsChange = z.unknown().transform((raw, context) => {
  try {
    return parseSettingsChange(raw);
  } catch (error) {
    context.addIssue({ code: 'custom', message: String(error) });
    return z.NEVER;
  }
});

const lateness = z.strictObject({ judgedBy: z.literal('ledger') });

/** Every workflow by its name. */
export const WORKFLOWS = {
  generationWorkflow: {
    input: startedRequest,
    lateness,
    result: generationResult,
    updates: {
      admission: { said: hash, answer: admission },
      input: { said: lateInput, answer: admission },
    },
  },
  grantWorkflow: {
    input: grantRequest,
    result: z.intersection(grantOutcome, z.object({ request: grantRequest })),
  },
  billingCycleWorkflow: {
    input: billingCycleInput,
    result: billingCycleResult,
    updates: {
      subscribe: { said: subscribeRequest.omit(itself), answer: outcome(grantedCycles) },
      renew: { said: renewalRequest.omit(itself), answer: outcome(renewed) },
      changePlan: { said: planChangeRequest.omit(itself), answer: outcome(changedPlan) },
      cancelAtPeriodEnd: { said: keyed, answer: outcome(subscriptionChange) },
      resume: { said: keyed, answer: outcome(subscriptionChange) },
      endNow: { said: keyed, answer: outcome(endedSubscription) },
    },
  },
  billingEventWorkflow: { input: billingEventKey, result: billingEventResult },
  expiryWorkflow: { input: termKey, result: expiryResult },
  purchaseWorkflow: {
    input: purchaseRequest,
    lateness,
    result: purchaseResult,
    updates: { purchase: { said: hash, answer: z.union([purchaseResult, z.literal('conflict')]) } },
  },
  refundWorkflow: { input: refundOrderRequest, result: refundOrderResult },
  settingsWorkflow: {
    input: settingsChange,
    result: z.intersection(outcome(changedSettings), z.object({ change: settingsChange })),
  },
  ledgerWorkflow: { input: ledgerRecord },
  noticesWorkflow: { input: noticesInput, result: deliveries },
  topUpWorkflow: { input: topUpInput, result: topUpResult },
  reconciliationWorkflow: {
    input: z.strictObject({
      confirm: z
        .boolean()
        .optional()
        .meta({ description: 'Release however many orphans there are.' }),
      pace: passPace.optional().meta({
        description: 'How the interval grows while nothing is due. The Schedule sets it.',
      }),
      pass: z
        .record(z.string(), z.unknown())
        .optional()
        .meta({ description: 'How far the run before this one has come. Only that run sets it.' }),
      ...actWords.shape,
    }),
    result: reconciliationReport,
  },
} as const satisfies Record<string, WorkflowContract>;
