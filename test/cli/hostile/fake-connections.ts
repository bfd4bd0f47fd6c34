import fc from 'fast-check';
import { z } from 'zod';
import { builtInCatalog } from '../../../catalog/catalog';
import type { Connections } from '../../../cli/connections';
import { accountList, waitingQueues } from '../../../contract/accounts';
import { acts } from '../../../contract/act';
import { auditPage } from '../../../contract/audit';
import { balance } from '../../../contract/balance';
import { billingEventRecord, billingEvents } from '../../../contract/billing-event';
import { dispute } from '../../../contract/dispute';
import { erasure } from '../../../contract/erasure';
import { HoldfastError } from '../../../contract/errors';
import { requestRecord } from '../../../contract/generation';
import { generationResult } from '../../../contract/generation-result';
import { createdGrant, deduction } from '../../../contract/grant';
import { history } from '../../../contract/history';
import { noticeRecord } from '../../../contract/notice';
import { forgottenDeclines, operatorLimitsRecord } from '../../../contract/operator-limits';
import { refusal } from '../../../contract/outcome';
import { accountQuote, packsOnSale } from '../../../contract/prices';
import { purchaseRecord, purchaseResult } from '../../../contract/purchase';
import { reconciliationReport } from '../../../contract/reconciliation';
import { refund } from '../../../contract/refund';
import { refundOrder } from '../../../contract/refund-order';
import { replayReport } from '../../../contract/replay';
import { burnRates, report } from '../../../contract/report';
import { redoneOperation, restoreComparison, waivedOperation } from '../../../contract/restore';
import { accountSettings, admitted, stop } from '../../../contract/settings';
import { overdueHead, stuckLines } from '../../../contract/stuck';
import {
  changedPlan,
  endedSubscription,
  grantedCycles,
  renewed,
  subscription,
  subscriptionChange,
} from '../../../contract/subscription';
import { appliedMigration } from '../../../contract/upkeep';
import { usage } from '../../../contract/usage';
import { waiting, waitingQueue } from '../../../contract/waiting';
import { watermark } from '../../../contract/watermark';
import { hostile, hostileText } from '../../support/hostile';

const outcomeOf = <Value extends z.ZodType>(value: Value) =>
  z.object({ ok: z.literal(true), value, replayed: z.boolean() });
const text = z.string();
const state = z.enum([
  'running',
  'completed',
  'failed',
  'cancelled',
  'terminated',
  'timed-out',
  'unknown',
]);
const identity = z.object({ clusterId: text, namespaceId: text, namespace: text });
const instant = subscription.shape.at;

/** The answer of every method of the client and the ledger, by the method’s path. */
const ANSWERS: Record<string, z.ZodType> = {
  balance,
  history,
  usage,
  waiting: waitingQueue,
  'accounts.list': accountList,
  'accounts.requestsNamed': z.array(requestRecord),
  'accounts.waitingQueues': waitingQueues,
  notices: z.array(noticeRecord),
  quote: accountQuote,
  packs: packsOnSale,
  grant: outcomeOf(createdGrant),
  deduct: outcomeOf(deduction),
  'purchases.bookDispute': outcomeOf(dispute),
  'purchases.bookRefund': outcomeOf(refund),
  'refunds.order': refundOrder,
  'refunds.close': outcomeOf(refundOrder),
  audit: auditPage,
  appliedMigrations: z.array(appliedMigration),
  'holds.scope': z.object({ now: instant, open: z.int() }),
  'holds.due': z.array(
    z.object({ accountId: text, requestId: text, expiresAt: instant, credits: z.int() }),
  ),
  recordedTemporalIdentity: identity,
  ledgerId: text,
  request: requestRecord,
  'acts.read': acts,
  'reports.month': report,
  'reports.burnRates': burnRates,
  'billing.read': billingEvents,
  'billing.get': billingEventRecord,
  'billing.retry': outcomeOf(billingEventRecord),
  'billing.close': outcomeOf(billingEventRecord),
  'billingEvents.takeUp': z.undefined(),
  'interventions.stuck': stuckLines,
  'interventions.overdueHeads': z.array(overdueHead),
  'interventions.release': outcomeOf(requestRecord),
  'interventions.closePurchase': outcomeOf(purchaseRecord),
  'interventions.endSubscription': outcomeOf(endedSubscription),
  'interventions.dismissNotice': outcomeOf(noticeRecord),
  'interventions.forgetDeclines': outcomeOf(forgottenDeclines),
  'interventions.erase': outcomeOf(erasure),
  'generations.start': z.object({
    reserved: z.int(),
    waiting: waiting.optional(),
    result: generationResult.optional(),
  }),
  'generations.result': generationResult,
  'generations.status': z.object({
    accountId: text,
    requestId: text,
    workflow: state,
    progress: z.number().nullable(),
    progressAt: z.string().nullable(),
    record: requestRecord.nullable(),
  }),
  'purchases.buy': purchaseResult,
  'purchases.result': purchaseResult,
  'subscriptions.get': subscription,
  'subscriptions.workflowState': state,
  'subscriptions.subscribe': grantedCycles,
  'subscriptions.renew': renewed,
  'subscriptions.changePlan': changedPlan,
  'subscriptions.cancelAtPeriodEnd': subscriptionChange,
  'subscriptions.resume': subscriptionChange,
  'subscriptions.endNow': endedSubscription,
  'settings.get': accountSettings,
  'settings.setLimits': outcomeOf(accountSettings),
  'settings.setLowBalance': outcomeOf(accountSettings),
  'settings.setTopUp': outcomeOf(accountSettings),
  'settings.stop': outcomeOf(stop),
  'settings.admit': outcomeOf(admitted),
  'settings.setOperatorLimits': outcomeOf(operatorLimitsRecord.nullable()),
  'settings.operatorLimits': operatorLimitsRecord.nullable(),
  replay: replayReport,
  compare: restoreComparison.pick({ looked: true, gone: true, unreadable: true, lost: true }),
  toldWatermark: watermark.nullable(),
  tellWatermark: z.undefined(),
  'restores.watermark': watermark.nullable(),
  'restores.open': watermark.nullable(),
  'restores.redo': outcomeOf(redoneOperation),
  'restores.waive': outcomeOf(waivedOperation),
  'reconciliation.run': reconciliationReport,
  'reconciliation.schedule': z.undefined(),
  'operations.identity': identity,
  'operations.recordedLedger': text.nullable(),
  'operations.checkLedger': z.undefined(),
  'operations.standingOf': z.object({ workflowId: text, state: text, failure: text.nullable() }),
  'operations.registerSearchAttributes': z.undefined(),
  'operations.reconciliationSchedule': z.object({
    paused: z.boolean(),
    nextAt: instant.nullable(),
  }),
  'operations.searchAttributes': z.object({
    missing: z.array(text),
    commands: text,
    keywords: z.array(text).nullable(),
  }),
  'operations.retentionSeconds': z.int(),
  'operations.serverClock': z.object({ aheadMs: z.int(), errorMs: z.int() }).nullable(),
  'operations.failingWorkflows': z.object({
    ...{ running: z.int(), looked: z.int() },
    failing: z.array(
      z.object({
        ...{ workflowId: text, kind: z.enum(['workflow-task', 'activity']), name: text },
        ...{ attempt: z.int(), message: text.nullable(), since: instant.nullable() },
      }),
    ),
  }),
  'operations.taskQueues': z.array(
    z.object({
      taskQueue: text,
      type: text,
      pollers: z.int(),
      builds: z.array(
        z.object({
          deployment: text.nullable(),
          buildId: text.nullable(),
          pollers: z.int(),
          routing: z.enum(['current', 'ramping', 'none']),
        }),
      ),
      backlog: z.int(),
      backlogAgeSeconds: z.int(),
    }),
  ),
};

/** The built-in catalog with hostile names. */
const effectiveCatalog = fc
  .record({ name: hostileText, id: hostileText, version: hostileText })
  .map(({ name, id, version }) => {
    const [first] = builtInCatalog();
    const plans = Object.entries(first?.plans ?? {}).map(([plan, terms]) => [
      plan,
      { ...terms, name },
    ]);
    const kinds = Object.values(first?.kinds ?? {}).map((kind) => [id, { ...kind, name }]);
    const catalog = {
      ...first,
      plans: Object.fromEntries(plans),
      kinds: Object.fromEntries(kinds),
    };
    return { catalogVersion: version, validUntil: null, catalog };
  });

/** The answers of all methods in one run. */
export type Answers = Record<string, unknown>;

const everything = fc.record({
  ...Object.fromEntries(Object.entries(ANSWERS).map(([name, schema]) => [name, answerOf(schema)])),
  effectiveCatalog,
  isOurTemporal: fc.boolean(),
});

export const answers: fc.Arbitrary<Answers> = everything.map((found: Answers) => {
  return found.isOurTemporal
    ? { ...found, recordedTemporalIdentity: found['operations.identity'] }
    : found;
});

function answerOf(schema: z.ZodType): fc.Arbitrary<unknown> {
  return schema instanceof z.ZodUndefined ? fc.constant(undefined) : hostile(schema);
}

/** The errors that every method throws. */
export const failures = fc
  .record({
    code: hostile(refusal.shape.code),
    message: hostileText,
    detail: hostileText,
    isOurs: fc.boolean(),
  })
  .map(({ code, message, detail, isOurs }) =>
    isOurs
      ? new HoldfastError(code, message, { detail, nested: { [detail]: detail } })
      : new Error(message),
  );

/** Stands in for a ledger and a Temporal with these answers. */
export function fakeConnections(found: Answers | Error): Connections {
  const answer = (name: string) => async () => {
    if (found instanceof Error) throw found;
    if (!(name in found)) throw new Error(`Nothing is made up for ${name}.`);
    return found[name];
  };
  const branch = (path: string): object =>
    new Proxy(answer(path), {
      // A promise is told by its then.
      get: (_, member) =>
        member === 'then'
          ? undefined
          : branch(path === '' ? String(member) : `${path}.${String(member)}`),
      apply: () => answer(path)(),
    });
  const everything = branch('');
  return {
    config: {
      databaseUrl: 'postgres://a/b',
      taskQueue: 'q',
      reconcileIntervalSeconds: 60,
      reconcileIdleSeconds: 600,
      temporal: { connectionOptions: {} },
    },
    ledger: () => everything,
    reader: () => everything,
    client: async () => everything,
    replay: answer('replay'),
    compare: answer('compare'),
    toldWatermark: answer('toldWatermark'),
    tellWatermark: answer('tellWatermark'),
    databaseUrl: () => 'postgres://a/b',
    migrationUrl: () => 'postgres://a/b',
    knowsLedger: true,
    isOverHttp: false,
    uiUrlOf: () => undefined,
    close: async () => {},
  } as unknown as Connections;
}
