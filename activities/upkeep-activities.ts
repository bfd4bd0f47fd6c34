import { Context, log } from '@temporalio/activity';
import type { BillingEventKey } from '../contract/billing-event';
import { ERROR_CATALOGUE } from '../contract/error-catalogue';
import { HoldfastError } from '../contract/errors';
import type { PurchaseRequest } from '../contract/purchase';
import type { SubscriptionKey } from '../contract/subscription';
import type {
  AccountCursor,
  BillingEventCursor,
  Ledger,
  PurchaseCursor,
  UpkeepCursor,
} from '../ledger/ledger';
import { asActivity } from './support/as-activity';
import type { WorkflowState } from './support/temporal';

const PAGE_SIZE = 100;
/** A workflow that runs is checked again after this time. */
const WATCH_MS = 10 * 60_000;

export interface UpkeepInput<Cursor = UpkeepCursor> {
  /** The ledger's time at the beginning of the pass. */
  dueBy: string;
  /** The last row of the page before; null for the first page. */
  after: Cursor | null;
}

export interface UpkeepPage<Cursor = UpkeepCursor> {
  /** How many rows were put right. */
  done: number;
  /**
   * How many rows were not: the ledger refused, or Temporal gave no clear answer. The next pass
   * tries them again.
   */
  left: number;
  /** Where the next page begins; null after the last one. */
  next: Cursor | null;
}

/**
 * Does what the workflows of subscriptions and purchases have missed, by ordinary operations. Each
 * activity takes one page of rows, and is safe to repeat.
 */
export interface UpkeepActivities {
  /** Grants the paid cycles that have begun. */
  grantDueCycles(input: UpkeepInput): Promise<UpkeepPage>;
  /** Books the expiry of terms whose settlement window is over. */
  bookDueExpiries(input: UpkeepInput): Promise<UpkeepPage>;
  /** Books the expiry of grants whose own end has come. */
  bookEndedGrants(input: UpkeepInput): Promise<UpkeepPage>;
  /** Starts lost workflows of unfinished purchases. */
  restartPurchases(input: UpkeepInput<PurchaseCursor>): Promise<UpkeepPage<PurchaseCursor>>;
  /** Starts lost workflows of subscriptions that are not closed. */
  restartSubscriptions(input: UpkeepInput): Promise<UpkeepPage>;
  /** Starts workflows of billing systems' events that were kept and never taken up, or lost. */
  restartBillingEvents(
    input: UpkeepInput<BillingEventCursor>,
  ): Promise<UpkeepPage<BillingEventCursor>>;
  /**
   * Writes outbox messages that are due: a wake-up for the first request of a queue, a top-up,
   * notices of credits that end soon. Hands over those that were left in the outbox.
   */
  attendAccounts(input: UpkeepInput<AccountCursor>): Promise<UpkeepPage<AccountCursor>>;
}

/**
 * Starts a workflow that was lost, and returns the state in which it was found: `closed` or
 * `missing` means that it was started. Passed in, because activities don't import workflows.
 */
export interface WorkflowRestarts {
  restartSubscription(key: SubscriptionKey): Promise<WorkflowState>;
  restartPurchase(request: PurchaseRequest): Promise<WorkflowState>;
  restartBillingEvent(key: BillingEventKey): Promise<WorkflowState>;
}

interface UpkeepActivitiesOptions {
  ledger: Ledger;
  restarts: WorkflowRestarts;
  /** How long a workflow may take to do its part before upkeep does it, in milliseconds. */
  missedAfterMs: number;
}

export function createUpkeepActivities(options: UpkeepActivitiesOptions): UpkeepActivities {
  return { ...createLedgerUpkeep(options), ...createRestartActivities(options) };
}

type RestartActivities = Pick<
  UpkeepActivities,
  'restartPurchases' | 'restartSubscriptions' | 'restartBillingEvents'
>;

function createLedgerUpkeep({
  ledger,
  missedAfterMs,
}: UpkeepActivitiesOptions): Omit<UpkeepActivities, keyof RestartActivities> {
  const { upkeep, subscriptions, outbox } = ledger;
  const missedBy = (dueBy: string) => new Date(Date.parse(dueBy) - missedAfterMs).toISOString();

  return {
    grantDueCycles: asActivity(async ({ dueBy, after }) =>
      eachOf(
        await upkeep.dueCycles(missedBy(dueBy), after, PAGE_SIZE),
        async ({ accountId, subscriptionId }) => {
          const outcome = await subscriptions.grantCycles(accountId, subscriptionId);
          if (!outcome.ok) return 'left';
          return outcome.value.granted.length > 0 ? 'done' : 'not-due';
        },
      ),
    ),

    bookDueExpiries: asActivity(async ({ dueBy, after }) =>
      eachOf(
        await upkeep.dueExpiries(missedBy(dueBy), after, PAGE_SIZE),
        async ({ accountId, subscriptionId, term }) => {
          const outcome = await subscriptions.expireTerm(accountId, subscriptionId, term);
          if (!outcome.ok) return 'left';
          return outcome.value.status === 'booked' && !outcome.replayed ? 'done' : 'not-due';
        },
      ),
    ),

    bookEndedGrants: asActivity(async ({ dueBy, after }) =>
      eachOf(await upkeep.endedGrants(dueBy, after, PAGE_SIZE), async ({ accountId }) => {
        const outcome = await ledger.expire(accountId);
        return outcome.ok && outcome.value.entries > 0 ? 'done' : 'not-due';
      }),
    ),

    attendAccounts: asActivity(async ({ dueBy, after }) =>
      eachOf(
        await outbox.unattended(dueBy, missedBy(dueBy), after, PAGE_SIZE),
        async ({ accountId }) => {
          const { found } = await outbox.attend(accountId);
          return found > 0 ? 'done' : 'not-due';
        },
      ),
    ),
  };
}

function createRestartActivities({ ledger, restarts }: UpkeepActivitiesOptions): RestartActivities {
  const { upkeep, billing } = ledger;
  return {
    restartPurchases: asActivity(async ({ dueBy, after }) =>
      eachOf(
        await upkeep.unfinishedPurchases(dueBy, after, PAGE_SIZE),
        async ({ accountId, purchaseId, body }) => {
          if (body === null) return 'left';
          const state = await restarts.restartPurchase({ accountId, purchaseId, ...body });
          if (state === 'unclear') return 'left';
          await upkeep.watchPurchase(accountId, purchaseId, WATCH_MS);
          return state === 'running' ? 'not-due' : 'done';
        },
      ),
    ),

    restartSubscriptions: asActivity(async ({ dueBy, after }) =>
      eachOf(
        await upkeep.unwatchedSubscriptions(dueBy, after, PAGE_SIZE),
        async ({ accountId, subscriptionId }) => {
          const state = await restarts.restartSubscription({ accountId, subscriptionId });
          if (state === 'unclear') return 'left';
          await upkeep.watch(accountId, subscriptionId, WATCH_MS);
          return state === 'running' ? 'not-due' : 'done';
        },
      ),
    ),

    restartBillingEvents: asActivity(async ({ dueBy, after }) =>
      eachOf(await billing.unwatched(dueBy, after, PAGE_SIZE), async ({ source, eventId }) => {
        const state = await restarts.restartBillingEvent({ source, eventId });
        if (state === 'unclear') return 'left';
        await billing.watch({ source, eventId }, WATCH_MS);
        return state === 'running' ? 'not-due' : 'done';
      }),
    ),
  };
}

/** `not-due`: by now there was nothing to do. */
type RowResult = 'done' | 'left' | 'not-due';

async function eachOf<Row extends object>(
  rows: Row[],
  handle: (row: Row) => Promise<RowResult>,
): Promise<UpkeepPage<Row>> {
  const page: UpkeepPage<Row> = { done: 0, left: 0, next: null };
  for (const row of rows) {
    Context.current().heartbeat();
    const result = await handle(row).catch((error) => leftUnlessUnavailable(row, error));
    if (result !== 'not-due') page[result] += 1;
  }
  if (rows.length === PAGE_SIZE) page.next = rows.at(-1) ?? null;
  return page;
}

/**
 * A row that fails must not block the rows behind it. An outage fails the whole page, so that
 * Temporal retries it.
 */
function leftUnlessUnavailable(row: object, error: unknown): RowResult {
  if (error instanceof HoldfastError && ERROR_CATALOGUE[error.code].class === 'unavailable')
    throw error;
  log.warn('A row could not be put right; the next pass tries again.', { ...namesOf(row), error });
  return 'left';
}

/** What names the row in the log. */
function namesOf(row: { accountId?: string; source?: string; eventId?: string }) {
  const { accountId, source, eventId } = row;
  return { accountId, source, eventId };
}
