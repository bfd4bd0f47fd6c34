import { type Client, WorkflowClient } from '@temporalio/client';
import { type Balance, checkAskedInstant } from '../contract/balance';
import { CANCELS_PER_HOUR } from '../contract/cancel-limit';
import { HoldfastError } from '../contract/errors';
import { checkPage, type History, type HistoryPage } from '../contract/history';
import { checkAccountId } from '../contract/ids';
import type { LedgerReader } from '../contract/ledger-reader';
import type { NoticeRecord } from '../contract/notice';
import {
  type AccountQuote,
  type PacksOnSale,
  type Priceable,
  parsePriceable,
} from '../contract/prices';
import { checkUsageRange, type Usage, type UsageRange } from '../contract/usage';
import { checkWaitingPage, type WaitingPage, type WaitingQueue } from '../contract/waiting';
import { shortfallOf } from '../domain/pricing/affordable';
import { packsOnSale } from '../domain/pricing/packs';
import { quote } from '../domain/pricing/quote';
import { usagePerDay, usageSince } from '../domain/usage-per-day';
import type { SearchedBy } from '../workflows/search-attributes';
import { BillingEvents } from './billing-event-client';
import { type ClientContext, type ProofOf, readerOf } from './client-context';
import { Generations } from './generation-client';
import { Grants } from './grant-client';
import { createLedgerCheck } from './ledger-check';
import { Operations } from './operations-client';
import { Purchases } from './purchase-client';
import { Reconciliation } from './reconciliation-client';
import { Refunds } from './refund-client';
import { clientSearchedBy } from './searched-by';
import { Settings } from './settings-client';
import { createSubscriptions, type Subscriptions } from './subscription-client';

export { createPayloadCodec } from '../codec/payload-codec';
export type { CodecKey } from '../contract/codec-keys';
export { HoldfastError } from '../contract/errors';
export type { GenerationRequest } from '../contract/generation';
export type { GenerationResult } from '../contract/generation-result';
export type * from '../contract/notice';
export type { AccountQuote, PacksOnSale } from '../contract/prices';
export type { PurchaseRecord, PurchaseRequest, PurchaseResult } from '../contract/purchase';
export type { ReconciliationReport } from '../contract/reconciliation';
export type { RefundOrder, RefundOrderRequest } from '../contract/refund-order';
export type * from '../contract/settings';
export type * from '../contract/subscription';
export type {
  PlanChangeRequest,
  RenewalRequest,
  SubscribeRequest,
  SubscriptionChangeRequest,
} from '../contract/subscription';
export type { TemporalIdentity } from '../contract/temporal-identity';
export type { TopUp, TopUpRule } from '../contract/top-up';
export type { Usage, UsageDay, UsageRange } from '../contract/usage';
export type { Ticket, Waiting, WaitingPage, WaitingQueue } from '../contract/waiting';
export { createProofSigner, type ProofSignerOptions } from '../tokens/proof-signer';
export {
  billingEventWorkflowId,
  expiryWorkflowId,
  generationWorkflowId,
  grantWorkflowId,
  noticesWorkflowId,
  purchaseWorkflowId,
  refundWorkflowId,
  settingsWorkflowId,
  subscriptionWorkflowId,
  topUpWorkflowId,
} from '../workflows/messages';
export type { SearchedBy } from '../workflows/search-attributes';
export type { CommandToProve, ProofOf } from './client-context';
export {
  CLOCK_DIFFERENCE_MAX_MS,
  type ClockReading,
  readClock,
} from './clock-reading';
export {
  ACTIVITY_ATTEMPTS_MAX,
  type FailingWorkflow,
  type FailingWorkflows,
  TASK_ATTEMPTS_MAX,
} from './failing-workflows';
export type { GenerationAdmission } from './generation-admission';
export type { GenerationStatus } from './generation-client';
export type { ReconciliationSchedule } from './operations-client';
export { createOutboxDelivery } from './outbox-delivery';
export type { SearchAttributesState } from './register-search-attributes';
export { clientSearchedBy } from './searched-by';
export type { Replayable } from './subscription-client';
export type { PollingBuild, TaskQueueState } from './task-queues';
export { failureInWords, type WorkflowStanding } from './workflow-state';

/** What a client is made of. */
export interface HoldfastClientOptions {
  /**
   * A connected client of Temporal, in the namespace of the worker, with the worker's codec in its
   * `dataConverter` if the worker has one; of the copy of `@temporalio/client` that Holdfast uses. It
   * stays the caller's to close.
   */
  temporal: Client;
  /**
   * The reader for quotes, balances, history, and results that Temporal no longer keeps. Without it
   * those calls fail, and nothing notices that the namespace is another ledger's.
   */
  ledger?: LedgerReader;
  /** The worker's task queue; `holdfast` by default. */
  taskQueue?: string;
  /** HOLDFAST_SEARCHED_BY of the worker; `attributes` by default. */
  searchedBy?: SearchedBy;
  /**
   * How many running generations an account may cancel per hour, of kinds whose cancellation costs
   * nothing; 60 by default. The ledger counts them, so a client without one has no such limit.
   */
  cancelsPerHourMax?: number;
  /**
   * Signs each command that adds credits or gives money back: grants, `subscribe`, `renew`,
   * `changePlan` and orders of refunds. Workers with
   * `HOLDFAST_VERIFY_COMMANDS` need it, others don't look at it.
   */
  proof?: ProofOf;
}

/**
 * The client of product services. Commands go through Temporal, reads through the ledger's reader.
 * Every method throws HoldfastErrors alone. Methods that read throw INVALID_ARGUMENT if the client
 * was created without a ledger.
 *
 * With a ledger, every method that goes to Temporal throws LEDGER_MISMATCH or
 * TEMPORAL_IDENTITY_MISMATCH, before anything is begun, where the namespace and the ledger don't
 * belong to each other. The first such call needs the ledger (LEDGER_UNAVAILABLE).
 */
export class HoldfastClient {
  readonly generations: Generations;
  readonly grants: Grants;
  readonly subscriptions: Subscriptions;
  readonly purchases: Purchases;
  readonly refunds: Refunds;
  readonly billingEvents: BillingEvents;
  readonly settings: Settings;
  readonly reconciliation: Reconciliation;
  readonly operations: Operations;
  readonly #context: ClientContext;

  constructor(options: HoldfastClientOptions) {
    const { ledger, taskQueue = 'holdfast', proof } = options;
    const { cancelsPerHourMax = CANCELS_PER_HOUR, searchedBy = 'attributes' } = options;
    expectOwnCopy(options.temporal);
    const temporal = clientSearchedBy(options.temporal, searchedBy);
    const ledgerCheck = createLedgerCheck(temporal, ledger, taskQueue);
    const limits = { cancelsPerHourMax, proof };
    const context = { temporal, taskQueue, searchedBy, ledger, ledgerCheck, ...limits };
    this.#context = context;
    this.generations = new Generations(context);
    this.grants = new Grants(context);
    this.subscriptions = createSubscriptions(context);
    this.purchases = new Purchases(context);
    this.refunds = new Refunds(context);
    this.billingEvents = new BillingEvents(context);
    this.settings = new Settings(context);
    this.reconciliation = new Reconciliation(context);
    this.operations = new Operations(context);
  }

  /**
   * The price of one generation now: at most `credits` are charged for it. With an `accountId`,
   * also whether the account could pay for it now: `available` credits, `waitedFor` by requests in
   * its queue, and the `shortfall`. Reserves nothing.
   *
   * @example await holdfast.quote({ kind: 'ai-avatar', seconds: 10, accountId: 'acme' })
   *   // { credits: 4, available: 150, affordable: true, shortfall: 0, … }
   * @throws HoldfastError UNKNOWN_KIND, DURATION_*, INVALID_DURATION, AUDIO_NOT_ALLOWED,
   *   INVALID_ACCOUNT_ID, LEDGER_UNAVAILABLE
   */
  async quote({ accountId, ...asked }: Priceable & { accountId?: string }): Promise<AccountQuote> {
    const account = accountId === undefined ? undefined : checkAccountId(accountId);
    const quoted = quote(parsePriceable(asked), await readerOf(this.#context).effectiveCatalog());
    if (account === undefined) return quoted;
    const { available, waitedFor } = await readerOf(this.#context).waitingPlace(account, null);
    const shortfall = shortfallOf(quoted.credits, waitedFor, available);
    return {
      ...quoted,
      available,
      ...(waitedFor > 0 && { waitedFor }),
      affordable: shortfall === 0,
      shortfall,
    };
  }

  /**
   * The account's balance in credits and the grants that make it up, now or as of the instant
   * `asOf` (ISO 8601). The balance of an unknown account is zero.
   *
   * @throws HoldfastError INVALID_ACCOUNT_ID, INVALID_TIME, LEDGER_UNAVAILABLE
   */
  async balance(accountId: string, { asOf }: { asOf?: string } = {}): Promise<Balance> {
    return readerOf(this.#context).balance(
      checkAccountId(accountId),
      asOf === undefined ? undefined : checkAskedInstant(asOf),
    );
  }

  /**
   * A page of the journal, newest entry first; 50 entries by default, 1,000 at most. `next` of the
   * answer is `before` of the next page, or null after the last. A kind that no entry has gives an
   * empty page.
   *
   * @throws HoldfastError INVALID_ACCOUNT_ID, INVALID_ARGUMENT, INVALID_TIME, UNKNOWN_KIND,
   *   LEDGER_UNAVAILABLE
   */
  async history(accountId: string, page?: HistoryPage): Promise<History> {
    return readerOf(this.#context).history(checkAccountId(accountId), checkPage(page));
  }

  /**
   * The credits that generations were charged, per day and kind, oldest day first; the last day is
   * today. 30 days in UTC by default, 366 days at most; `timeZone` is an IANA name. Days without a
   * charge are listed as well.
   *
   * @throws HoldfastError INVALID_ACCOUNT_ID, INVALID_ARGUMENT, INVALID_TIME_ZONE,
   *   LEDGER_UNAVAILABLE
   */
  async usage(accountId: string, requested?: UsageRange): Promise<Usage> {
    const range = checkUsageRange(requested);
    const now = new Date();
    const slices = await readerOf(this.#context).usage(
      checkAccountId(accountId),
      usageSince(range, now),
    );
    return usagePerDay(accountId, slices, range, now);
  }

  /**
   * The requests that wait for the account's credits, in the order in which they are served: 100,
   * or `limit`, after the page whose `next` is `after`.
   *
   * @throws HoldfastError INVALID_ACCOUNT_ID, INVALID_ARGUMENT, LEDGER_UNAVAILABLE
   */
  async waiting(accountId: string, page?: WaitingPage): Promise<WaitingQueue> {
    const checked = checkWaitingPage(page);
    return readerOf(this.#context).waitingQueue(checkAccountId(accountId), checked);
  }

  /**
   * The account's latest 100 notices, newest first, each with its delivery.
   *
   * @throws HoldfastError INVALID_ACCOUNT_ID, LEDGER_UNAVAILABLE
   */
  async notices(accountId: string): Promise<NoticeRecord[]> {
    return readerOf(this.#context).accountNotices(checkAccountId(accountId));
  }

  /**
   * The packs on sale now, smallest first. Send the price that you show to the buyer with
   * `purchases.buy`.
   *
   * @throws HoldfastError LEDGER_UNAVAILABLE
   */
  async packs(): Promise<PacksOnSale> {
    const { catalog, catalogVersion, validUntil } = await readerOf(
      this.#context,
    ).effectiveCatalog();
    return { catalogVersion, validUntil, packs: packsOnSale(catalog) };
  }
}

/**
 * An update-with-start works within one copy of Temporal's client alone: another copy would start
 * the workflow, and then fail.
 */
function expectOwnCopy(temporal: Client | undefined): void {
  if (temporal?.workflow instanceof WorkflowClient) return;
  throw new HoldfastError(
    'TEMPORAL_CLIENT_FOREIGN',
    'The client of Temporal was made by another copy of @temporalio/client than the one that Holdfast uses, or is none. Nothing was sent. Both have to share one copy: `npm ls @temporalio/client` shows which there are, and a bundle has to hold both packages or neither.',
  );
}

/**
 * Makes a client. It opens no connection and closes none.
 *
 * @throws HoldfastError TEMPORAL_CLIENT_FOREIGN
 *
 * @example const holdfast = createHoldfastClient({ temporal: new Client({ connection }), ledger });
 */
export function createHoldfastClient(options: HoldfastClientOptions): HoldfastClient {
  return new HoldfastClient(options);
}
