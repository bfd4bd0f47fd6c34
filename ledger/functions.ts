import { z } from 'zod';
import { acts, type InOwnersStead } from '../contract/act';
import { type AuditMark, auditPage } from '../contract/audit';
import { balance } from '../contract/balance';
import { type CatalogVersion, catalogVersion, effectiveCatalog } from '../contract/catalog';
import {
  type ActChain,
  accountsBegunBefore,
  checkpointActs,
  checkpointDifferences,
  checkpointPage,
  entryProof,
  journalBeginning,
  type SignedAccount,
  signedVersion,
} from '../contract/checkpoint';
import { erasure } from '../contract/erasure';
import { type RequestBody, requestRecord } from '../contract/generation';
import {
  bookedExpiry,
  createdGrant,
  type DeductBody,
  deduction,
  type GrantBody,
  grantOrigin,
} from '../contract/grant';
import { ledgerId } from '../contract/ledger-identity';
import { notice, noticeRecord } from '../contract/notice';
import {
  forgottenDeclines,
  type OperatorLimitsRequest,
  operatorLimitsRecord,
} from '../contract/operator-limits';
import { attended } from '../contract/outbox';
import { type PurchaseBody, type PurchaseStatus, purchaseRecord } from '../contract/purchase';
import { accountSettings, admitted, type Limits, stop, type Threshold } from '../contract/settings';
import { type CloseByHand, overdueHead, stuckLines } from '../contract/stuck';
import {
  changedPlan,
  endedSubscription,
  expiredTerm,
  grantedCycles,
  type PlanChangeBody,
  renewed,
  type SubscribeBody,
  subscription,
  subscriptionChange,
} from '../contract/subscription';
import type { SubscriptionCommand } from '../contract/subscription-commands';
import { type TopUpRule, topUpStep } from '../contract/top-up';
import {
  appliedMigration,
  due,
  openWork,
  reconciliationScope,
  schemaLevels,
  temporalIdentity,
} from '../contract/upkeep';
import { type BoundedWait, type WaitLimit, waitingPlace, waitingQueue } from '../contract/waiting';
import type { CommandTimes } from './command-times';
import { ledgerRefusal } from './connection/answers';
import {
  bigint,
  bigints,
  command,
  flag,
  inQuery,
  integer,
  json,
  oneOf,
  operation,
  optional,
  page,
  text,
  texts,
  time,
  value,
} from './connection/sql-function';

const account = { accountId: text };
const request = { ...account, requestId: text };
const subscriptionOf = { ...account, subscriptionId: text };
const purchaseOf = { ...account, purchaseId: text };
const keyed = { ...account, key: text };
const body = json<RequestBody>();
const quote = { credits: bigint, catalogVersion: integer, holdMs: bigint };
const noQuote = {
  credits: optional(bigint),
  catalogVersion: optional(integer),
  holdMs: optional(bigint),
};
const wait = optional(json<BoundedWait>());
const notAfter = optional(time);
const times = optional(json<CommandTimes>());
const after = { afterAt: optional(time), afterAccountId: optional(text) };
const duePage = { dueBy: time, ...after, limit: integer };

/** An operator's reason and name. */
const byHand = { reason: text, by: text };
/** The same where it may be missing. */
const inWords = { reason: optional(text), by: optional(text) };

/** Who started the workflow from which the call comes, as that client says of itself. */
const byTemporal = { claimedIdentity: optional(text) };

const heldUp = ledgerRefusal.optional();

/**
 * The SQL functions that Holdfast's processes call: the one place where TypeScript knows their
 * names, parameters and answers; `access.ts` says which role may call which. A test compares it with
 * the database's own list, and every test holds every answer to its schema. A second signature is a
 * second entry; a signature that only earlier versions call stands in EARLIER_SIGNATURES.
 */
export const FUNCTIONS = {
  grant_credits: operation({ ...keyed, body: json<GrantBody>() }, createdGrant),
  grant_by_workflow: operation(
    {
      ...keyed,
      body: json<GrantBody>(),
      ...{ creditsMax: optional(bigint), creditsPerDay: optional(bigint) },
      notAfter,
      ...byTemporal,
    },
    createdGrant,
  ),
  deduct_credits: operation({ ...keyed, body: json<DeductBody>() }, deduction),
  expire_grants: operation(account, bookedExpiry),

  reserve_credits: operation({ ...request, body, ...quote, wait, notAfter }, requestRecord),
  refuse_credits: operation(
    { ...request, body, credits: bigint, catalogVersion: integer },
    requestRecord.nullable(),
  ),
  /** Asks only whether the request is known. */
  known_reservation: operation(
    { ...request, body, ...noQuote, wait },
    requestRecord.nullable(),
    'reserve_credits',
  ),
  admission_outlook: value(
    {
      ...request,
      body,
      credits: optional(bigint),
      catalogVersion: optional(integer),
      wait: optional(json<WaitLimit>()),
    },
    z.object({ known: z.boolean(), refusal: ledgerRefusal.nullable(), isShort: z.boolean() }),
  ),
  drop_ended_ticket: operation(request, requestRecord),
  resume_request: operation({ ...request, ...quote }, requestRecord),
  commit_reservation: operation({ ...request, credits: bigint, outputUrl: text }, requestRecord),
  charge_cancelled: operation({ ...request, credits: bigint }, requestRecord),
  release_reservation: operation({ ...request, reason: text }, requestRecord),
  request_cancel: operation({ ...request, hourlyMax: integer }, requestRecord.nullable()),

  balance: value({ ...account, asOf: optional(text) }, balance, 'balance_at'),
  request: value(request, requestRecord.nullable()),
  open_requests: value({ ...account, limit: integer }, z.array(requestRecord)),
  account_stamps: value({ accountIds: texts }, z.record(z.string(), z.string())),
  waiting_queue: value(
    { ...account, after: optional(bigint), limit: optional(integer) },
    waitingQueue.extend({ heldUp }),
    'queue_page',
  ),
  waiting_place: value({ ...account, requestId: optional(text) }, waitingPlace.extend({ heldUp })),

  effective_catalog: value({}, effectiveCatalog.extend({ catalog: catalogVersion }).nullable()),
  catalog_version: value({ version: integer }, catalogVersion.nullable()),
  catalog_outlook: inQuery(
    { versions: json<CatalogVersion[]>() },
    z.object({
      now: z.string(),
      versions: z.array(catalogVersion),
      answer: z.union([
        z.object({ result: z.object({ applied: z.array(z.int()) }) }),
        z.object({ refusal: ledgerRefusal }),
      ]),
    }),
  ),

  subscribe: operation({ ...subscriptionOf, body: json<SubscribeBody>() }, grantedCycles),
  renew: operation(
    { ...subscriptionOf, paymentReference: text, paidAt: optional(text) },
    renewed,
    'renew_subscription',
  ),
  grant_cycles: operation(subscriptionOf, grantedCycles),
  change_plan: operation(
    { ...subscriptionOf, key: text, body: json<PlanChangeBody>() },
    changedPlan,
  ),
  set_cancellation: operation({ ...subscriptionOf, key: text, cancel: flag }, subscriptionChange),
  end_subscription_now: operation({ ...subscriptionOf, key: text }, endedSubscription),
  expire_term: operation({ ...subscriptionOf, term: integer }, expiredTerm),
  subscription: value({ ...account, subscriptionId: optional(text) }, subscription.nullable()),
  instant: inQuery({ said: text }, z.date()),
  is_live: inQuery({ validUntil: time, lastEntryAt: time }, z.boolean()),
  plan_cycle_from: inQuery(
    { ...subscriptionOf, planId: text, from: time },
    z.object({ startsAt: z.string().nullable(), length: z.string().nullable() }),
  ),
  grant_origin: inQuery({ ...account, grantId: bigint }, grantOrigin),

  open_purchase: operation({ ...purchaseOf, body: json<PurchaseBody>(), notAfter }, purchaseRecord),
  settle_purchase: operation({ ...purchaseOf, paymentId: text }, purchaseRecord),
  return_stray_payment: operation({ ...purchaseOf, paymentId: text }, purchaseRecord),
  close_purchase: operation(
    { ...purchaseOf, status: oneOf<PurchaseStatus>(), reason: text, neverAgain: flag },
    purchaseRecord,
  ),
  purchase: value(purchaseOf, purchaseRecord.nullable()),
  begin_top_up: operation(account, topUpStep),

  set_limits: operation({ ...keyed, body: json<Partial<Limits>>(), times }, accountSettings),
  set_low_balance: operation({ ...keyed, body: json<Threshold[]>(), times }, accountSettings),
  set_top_up: operation(
    { ...keyed, body: json<TopUpRule | null>(), isOwned: optional(flag), times },
    accountSettings,
  ),
  set_for_owner: operation(
    {
      ...{ ...account, setting: oneOf<'limits' | 'low-balance' | 'top-up'>(), key: text },
      body: json<Partial<Limits> | Threshold[] | TopUpRule | null>(),
      ...{ isOwned: optional(flag), act: json<InOwnersStead>(), times },
    },
    accountSettings,
  ),
  account_settings: value(account, accountSettings),
  stop_admissions: operation(
    { accountId: optional(text), kind: optional(text), ...byHand, times, ...byTemporal },
    stop,
  ),
  admit_again: operation(
    { accountId: optional(text), kind: optional(text), ...inWords, times, ...byTemporal },
    admitted,
  ),
  set_operator_limits: operation(
    { accountId: optional(text), body: json<OperatorLimitsRequest['limits']>(), ...byHand },
    operatorLimitsRecord.nullable(),
  ),
  operator_limits: value({ accountId: optional(text) }, operatorLimitsRecord.nullable()),
  forget_declines: operation({ ...account, ...byHand }, forgottenDeclines),
  erase_account: operation({ ...account, ...byHand }, erasure),

  next_notice: value(account, notice.nullable()),
  settle_notice: command({ ...account, noticeId: bigint, reason: optional(text) }),
  account_notices: value(account, z.array(noticeRecord)),
  attend_account: operation(account, attended),
  outbox_delivered: command({ ...account, messageIds: bigints }),
  unattended_accounts: page(
    { dueBy: time, writtenBy: time, afterAccountId: optional(text), limit: integer },
    due.account,
  ),

  /** Never the test clock. */
  server_clock: value({}, z.date()),
  reconciliation_scope: value({}, reconciliationScope),
  due_reservations: page(
    {
      afterExpiresAt: optional(time),
      afterAccountId: optional(text),
      afterRequestId: optional(text),
      dueBy: time,
      limit: integer,
    },
    due.hold,
  ),
  extend_hold: command({ ...request, holdMs: bigint }),
  extend_holds: value({ accountIds: texts, requestIds: texts, holdMs: bigint }, z.int()),
  take_due_holds: page({ dueBy: time, passId: text, limit: integer }, due.takenHold),
  note_unsettled: command(request),
  note_missing: value({ ...request, passId: text }, z.int().nullable()),
  ledger_id: value({}, ledgerId),
  temporal_identity: value(
    { clusterId: text, namespaceId: text, namespace: text },
    temporalIdentity,
  ),
  recorded_temporal_identity: value({}, temporalIdentity.nullable()),
  due_cycles: page(duePage, due.subscription),
  due_expiries: page(duePage, due.expiry),
  ended_grants: page(duePage, due.endedGrant),
  unfinished_purchases: page(
    { dueBy: time, ...after, afterPurchaseId: optional(text), limit: integer },
    due.purchase,
  ),
  unwatched_subscriptions: page(duePage, due.subscription),
  watch_subscription: command({ ...subscriptionOf, forMs: bigint }),
  watch_purchase: command({ ...purchaseOf, forMs: bigint }),
  audit_page: value(
    {
      accountId: optional(text),
      from: text,
      version: optional(bigint),
      state: optional(json<unknown>()),
      isFull: flag,
      entriesMax: integer,
    },
    auditPage,
  ),
  audit_mark: command({ marks: json<AuditMark[]>() }),
  checkpoint_page: value({ after: text, limit: integer }, checkpointPage),
  begin_journal: value({ ...account, limit: integer }, journalBeginning),
  digest_beginning: value(
    { ...account, after: bigint, digest: text, limit: integer },
    journalBeginning,
  ),
  checkpoint_differences: value(
    { accounts: json<Pick<SignedAccount, 'accountId' | 'version' | 'link'>[]>() },
    checkpointDifferences,
  ),
  entry_proof: value({ ...account, version: bigint, upto: bigint }, entryProof.nullable()),
  checkpoint_acts: value({ after: text, limit: integer }, checkpointActs),
  act_differences: value({ chains: json<ActChain[]>() }, checkpointDifferences),
  checkpoint_version: value({ version: optional(integer) }, signedVersion.nullable()),
  accounts_begun_before: value({ after: text, before: time, limit: integer }, accountsBegunBefore),
  stuck: value({ intervalMs: bigint, limit: integer }, stuckLines),
  open_work: value({ intervalMs: bigint }, openWork),
  overdue_heads: page({ waitedMs: bigint, limit: integer }, overdueHead),
  applied_migrations: page({}, appliedMigration),
  schema_levels: value({}, schemaLevels),
  release_by_hand: operation({ ...request, ...byHand }, requestRecord),
  close_purchase_by_hand: operation(
    { ...purchaseOf, status: oneOf<CloseByHand['status']>(), ...byHand },
    purchaseRecord,
  ),
  end_subscription_by_hand: operation({ ...subscriptionOf, ...byHand }, endedSubscription),
  dismiss_notice: operation({ ...account, noticeId: bigint, ...byHand }, noticeRecord),
  acts: value({ accountId: optional(text), before: optional(bigint), limit: integer }, acts),
  confirm_reconciliation: command({ passId: text, ...inWords, ...byTemporal }),
} as const;

/**
 * The function of each command of a subscription, and its arguments beside the request's members. A
 * member that is no parameter goes into `body`.
 */
export const SUBSCRIPTION_FUNCTIONS = {
  subscribe: { name: 'subscribe' },
  renew: { name: 'renew' },
  changePlan: { name: 'change_plan' },
  cancelAtPeriodEnd: { name: 'set_cancellation', besides: { cancel: true } },
  resume: { name: 'set_cancellation', besides: { cancel: false } },
  endNow: { name: 'end_subscription_now' },
} as const satisfies Record<
  SubscriptionCommand,
  { name: keyof typeof FUNCTIONS; besides?: object }
>;
