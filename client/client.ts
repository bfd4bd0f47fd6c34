import type { Client } from '@temporalio/client';
import type { Balance } from '../contract/balance';
import { checkAskedInstant } from '../contract/balance';
import type { History, HistoryPage } from '../contract/history';
import { checkPage } from '../contract/history';
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
import type { WaitingQueue } from '../contract/waiting';
import { packsOnSale } from '../domain/pricing/packs';
import { quote } from '../domain/pricing/quote';
import { usagePerDay, usageSince } from '../domain/usage-per-day';
import { type ClientContext, readerOf } from './client-context';
import { Generations } from './generation-client';
import { Grants } from './grant-client';
import { Operations } from './operations-client';
import { Purchases } from './purchase-client';
import { Reconciliation } from './reconciliation-client';
import { Settings } from './settings-client';
import { createSubscriptions, type Subscriptions } from './subscription-client';

export { HoldfastError } from '../contract/errors';
export type { GenerationRequest, GenerationResult } from '../contract/generation';
export type * from '../contract/notice';
export type { AccountQuote, PacksOnSale } from '../contract/prices';
export type { PurchaseRecord, PurchaseRequest, PurchaseResult } from '../contract/purchase';
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
export type { Ticket, Waiting, WaitingQueue } from '../contract/waiting';
export {
  expiryWorkflowId,
  generationWorkflowId,
  noticesWorkflowId,
  purchaseWorkflowId,
  subscriptionWorkflowId,
  topUpWorkflowId,
} from '../workflows/messages';
export type { ReconciliationReport } from '../workflows/workflows';
export type { GenerationAdmission, GenerationStatus } from './generation-client';
export type { ReconciliationSchedule } from './operations-client';
export { createOutboxDelivery } from './outbox-delivery';
export type { Replayable } from './subscription-client';
export type { TaskQueueState } from './task-queues';
export type { WorkflowStanding } from './workflow-standing';

export interface HoldfastClientOptions {
  temporal: Client;
  /** For quotes, balances, history and answers that Temporal has forgotten. */
  ledger?: LedgerReader;
  /** `holdfast` by default. */
  taskQueue?: string;
}

/** What product services use: commands go through Temporal, reads through the ledger's reader. All failures are HoldfastErrors. */
export class HoldfastClient {
  readonly generations: Generations;
  readonly grants: Grants;
  readonly subscriptions: Subscriptions;
  readonly purchases: Purchases;
  readonly settings: Settings;
  readonly reconciliation: Reconciliation;
  readonly operations: Operations;
  readonly #context: ClientContext;

  constructor({ temporal, ledger, taskQueue = 'holdfast' }: HoldfastClientOptions) {
    const context = { temporal, taskQueue, ledger };
    this.#context = context;
    this.generations = new Generations(context);
    this.grants = new Grants(context);
    this.subscriptions = createSubscriptions(context);
    this.purchases = new Purchases(context);
    this.settings = new Settings(context);
    this.reconciliation = new Reconciliation(context);
    this.operations = new Operations(context);
  }

  /**
   * @example await holdfast.quote({ kind: 'ai-avatar', seconds: 10, accountId: 'acme' }) → { credits: 4, affordable: true, … }
   * @throws HoldfastError UNKNOWN_KIND, DURATION_*, INVALID_DURATION, AUDIO_NOT_ALLOWED, INVALID_ACCOUNT_ID, LEDGER_UNAVAILABLE
   */
  async quote({ accountId, ...said }: Priceable & { accountId?: string }): Promise<AccountQuote> {
    const account = accountId === undefined ? undefined : checkAccountId(accountId);
    const quoted = quote(parsePriceable(said), await readerOf(this.#context).effectiveCatalog());
    if (account === undefined) return quoted;
    const { available, waitedFor } = await readerOf(this.#context).waitingPlace(account, null);
    const shortfall = Math.max(0, quoted.credits + waitedFor - available);
    return {
      ...quoted,
      available,
      ...(waitedFor > 0 && { waitedFor }),
      affordable: shortfall === 0,
      shortfall,
    };
  }

  /** An unknown account has a balance of zero. @throws HoldfastError INVALID_ACCOUNT_ID, INVALID_TIME, LEDGER_UNAVAILABLE */
  async balance(accountId: string, { asOf }: { asOf?: string } = {}): Promise<Balance> {
    return readerOf(this.#context).balance(
      checkAccountId(accountId),
      asOf === undefined ? undefined : checkAskedInstant(asOf),
    );
  }

  /**
   * The journal, newest first, in pages. A kind that nobody knows has no entries.
   *
   * @throws HoldfastError INVALID_ACCOUNT_ID, INVALID_ARGUMENT, INVALID_TIME, UNKNOWN_KIND, LEDGER_UNAVAILABLE
   */
  async history(accountId: string, page?: HistoryPage): Promise<History> {
    return readerOf(this.#context).history(checkAccountId(accountId), checkPage(page));
  }

  /**
   * What generations were charged, per day and kind.
   *
   * @throws HoldfastError INVALID_ACCOUNT_ID, INVALID_ARGUMENT, INVALID_TIME_ZONE, LEDGER_UNAVAILABLE
   */
  async usage(accountId: string, asked?: UsageRange): Promise<Usage> {
    const range = checkUsageRange(asked);
    const now = new Date();
    const slices = await readerOf(this.#context).usage(
      checkAccountId(accountId),
      usageSince(range, now),
    );
    return usagePerDay(accountId, slices, range, now);
  }

  /** Who waits for credits, in the order in which they are served. @throws HoldfastError INVALID_ACCOUNT_ID, LEDGER_UNAVAILABLE */
  async waiting(accountId: string): Promise<WaitingQueue> {
    return readerOf(this.#context).waitingQueue(checkAccountId(accountId));
  }

  /** What the account's owner was told, the latest 100, newest first. @throws HoldfastError INVALID_ACCOUNT_ID, LEDGER_UNAVAILABLE */
  async notices(accountId: string): Promise<NoticeRecord[]> {
    return readerOf(this.#context).accountNotices(checkAccountId(accountId));
  }

  /** What can be bought now, smallest first. The price that is shown is the one to send with `purchases.buy`. @throws HoldfastError LEDGER_UNAVAILABLE */
  async packs(): Promise<PacksOnSale> {
    const { catalog, catalogVersion, validUntil } = await readerOf(
      this.#context,
    ).effectiveCatalog();
    return { catalogVersion, validUntil, packs: packsOnSale(catalog) };
  }
}

export function createHoldfastClient(options: HoldfastClientOptions): HoldfastClient {
  return new HoldfastClient(options);
}
