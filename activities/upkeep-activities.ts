import { Context, log } from '@temporalio/activity';
import { ERROR_CATALOGUE, HoldfastError } from '../contract/errors';
import type { PurchaseRequest } from '../contract/purchase';
import type { SubscriptionKey } from '../contract/subscription';
import type { AccountCursor, Ledger, PurchaseCursor, UpkeepCursor } from '../ledger/ledger';
import { asActivity } from './support/as-activity';
import type { WorkflowLife } from './support/temporal';

const PAGE_SIZE = 100;
/** A workflow that runs is looked at again after so long. */
const WATCH_MS = 10 * 60_000;

export interface UpkeepInput<Cursor = UpkeepCursor> {
  /** The ledger's clock at the beginning of the pass. */
  dueBy: string;
  after: Cursor | null;
}

export interface UpkeepPage<Cursor = UpkeepCursor> {
  /** How many were put right. */
  done: number;
  /** How many could not be: the ledger refused, or Temporal gave no clear answer. The next pass tries again. */
  left: number;
  next: Cursor | null;
}

/** What the workflows of subscriptions and purchases should have done, done where they did not: by ordinary operations. */
export interface UpkeepActivities {
  grantDueCycles(input: UpkeepInput): Promise<UpkeepPage>;
  bookDueExpiries(input: UpkeepInput): Promise<UpkeepPage>;
  bookEndedGrants(input: UpkeepInput): Promise<UpkeepPage>;
  restartPurchases(input: UpkeepInput<PurchaseCursor>): Promise<UpkeepPage<PurchaseCursor>>;
  restartSubscriptions(input: UpkeepInput): Promise<UpkeepPage>;
  /** Who waits is woken again, what was not handed over is, and notices of credits that end soon are written. */
  attendAccounts(input: UpkeepInput<AccountCursor>): Promise<UpkeepPage<AccountCursor>>;
}

/**
 * Starts a workflow that was lost, and says how it was found: closed or missing means that it was started. Handed in,
 * because activities don't import workflows.
 */
export interface WorkflowRestarts {
  restartSubscription(key: SubscriptionKey): Promise<WorkflowLife>;
  restartPurchase(request: PurchaseRequest): Promise<WorkflowLife>;
}

interface UpkeepActivitiesOptions {
  ledger: Ledger;
  restarts: WorkflowRestarts;
  /** How long the workflows have for it first. */
  missedAfterMs: number;
}

export function createUpkeepActivities({
  ledger,
  restarts,
  missedAfterMs,
}: UpkeepActivitiesOptions): UpkeepActivities {
  const { upkeep, subscriptions, outbox } = ledger;
  const missedBy = (dueBy: string) => new Date(Date.parse(dueBy) - missedAfterMs).toISOString();

  return {
    grantDueCycles: asActivity(async ({ dueBy, after }) =>
      eachOf(
        await upkeep.dueCycles(missedBy(dueBy), after, PAGE_SIZE),
        async ({ accountId, subscriptionId }) => {
          const outcome = await subscriptions.grantCycles(accountId, subscriptionId);
          if (!outcome.ok) return 'left';
          return outcome.value.granted.length > 0 ? 'done' : 'fine';
        },
      ),
    ),

    bookDueExpiries: asActivity(async ({ dueBy, after }) =>
      eachOf(
        await upkeep.dueExpiries(missedBy(dueBy), after, PAGE_SIZE),
        async ({ accountId, subscriptionId, term }) => {
          const outcome = await subscriptions.expireTerm(accountId, subscriptionId, term);
          if (!outcome.ok) return 'left';
          return outcome.value.status === 'booked' && !outcome.replayed ? 'done' : 'fine';
        },
      ),
    ),

    bookEndedGrants: asActivity(async ({ dueBy, after }) =>
      eachOf(await upkeep.endedGrants(dueBy, after, PAGE_SIZE), async ({ accountId }) => {
        const outcome = await ledger.expire(accountId);
        return outcome.ok && outcome.value.entries > 0 ? 'done' : 'fine';
      }),
    ),

    restartPurchases: asActivity(async ({ dueBy, after }) =>
      eachOf(
        await upkeep.unfinishedPurchases(dueBy, after, PAGE_SIZE),
        async ({ accountId, purchaseId, body }) => {
          if (body === null) return 'left';
          const life = await restarts.restartPurchase({ accountId, purchaseId, ...body });
          if (life === 'unclear') return 'left';
          await upkeep.watchPurchase(accountId, purchaseId, WATCH_MS);
          return life === 'running' ? 'fine' : 'done';
        },
      ),
    ),

    restartSubscriptions: asActivity(async ({ dueBy, after }) =>
      eachOf(
        await upkeep.unwatchedSubscriptions(dueBy, after, PAGE_SIZE),
        async ({ accountId, subscriptionId }) => {
          const life = await restarts.restartSubscription({ accountId, subscriptionId });
          if (life === 'unclear') return 'left';
          await upkeep.watch(accountId, subscriptionId, WATCH_MS);
          return life === 'running' ? 'fine' : 'done';
        },
      ),
    ),

    attendAccounts: asActivity(async ({ dueBy, after }) =>
      eachOf(
        await outbox.unattended(dueBy, missedBy(dueBy), after, PAGE_SIZE),
        async ({ accountId }) => {
          const { found } = await outbox.attend(accountId);
          return found > 0 ? 'done' : 'fine';
        },
      ),
    ),
  };
}

/** fine: there was nothing to do after all. */
type Kept = 'done' | 'left' | 'fine';

async function eachOf<Row>(
  rows: Row[],
  keep: (row: Row) => Promise<Kept>,
): Promise<UpkeepPage<Row>> {
  const page: UpkeepPage<Row> = { done: 0, left: 0, next: null };
  for (const row of rows) {
    Context.current().heartbeat();
    const kept = await keep(row).catch(leftUnlessAway);
    if (kept !== 'fine') page[kept] += 1;
  }
  if (rows.length === PAGE_SIZE) page.next = rows.at(-1) ?? null;
  return page;
}

/** One that can't be put right must not keep the others from it; a ledger that is away is asked again by the whole pass. */
function leftUnlessAway(error: unknown): Kept {
  if (error instanceof HoldfastError && ERROR_CATALOGUE[error.code].class === 'unavailable')
    throw error;
  log.warn('Something was left to the next pass.', { error });
  return 'left';
}
