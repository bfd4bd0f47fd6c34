import type { Knex } from 'knex';
import type { CatalogVersion, Plan } from '../contract/catalog';
import type { Refusal } from '../contract/errors';
import {
  creditsOfCycle,
  type ItemChange,
  type VersionChanges,
  versionChanges,
} from '../domain/pricing/catalog-changes';
import { outcomeOf } from './connection/answers';
import type { Answer } from './connection/calls';
import { openDatabase } from './connection/database';
import { translateError } from './connection/errors';

/** A live subscription that has a plan, or would have it next. */
export interface PlanHolder {
  accountId: string;
  subscriptionId: string;
  /** Whether it takes the plan at its first unpaid boundary. */
  scheduled: boolean;
  /**
   * ISO 8601: when its first cycle of this plan begins while the version is in force; null if none
   * does, as things stand.
   */
  from: string | null;
  /** Credits of that cycle; null if there is none, or if the plan goes on as it was last sold. */
  credits: number | null;
}

export interface PlanHolders {
  count: number;
  /** Whether `subscriptions` leaves some out. */
  truncated: boolean;
  /** By account, at most 1,000. */
  subscriptions: PlanHolder[];
}

export type PlanChange = ItemChange<Plan> & { holders: PlanHolders };

export interface VersionOutlook extends Omit<VersionChanges, 'plans'> {
  plans: PlanChange[];
}

export interface CatalogOutlook {
  /** ISO 8601: the ledger's clock, by which all of it was judged. */
  now: string;
  versions: VersionOutlook[];
  /** Why `applyCatalog` would refuse the file; null if it would not. */
  refusal: Refusal | null;
}

type OutlookAnswer = Answer<'catalog_outlook'>;

interface HolderRow {
  account_id: string;
  subscription_id: string;
  scheduled_plan_id: string | null;
  paid_until: Date;
  holders: number;
  starts_at: Date | null;
  length: string | null;
}

const LISTED_MAX = 1_000;

/**
 * What applying these versions would change, and for which subscriptions, in one snapshot of the
 * ledger.
 *
 * @param databaseUrl the connection of an operator's login
 * @throws HoldfastError LEDGER_UNAVAILABLE, LEDGER_NOT_MIGRATED, LEDGER_ACCESS_DENIED
 */
export async function catalogOutlook(
  databaseUrl: string,
  files: CatalogVersion[],
): Promise<CatalogOutlook> {
  const database = openDatabase(databaseUrl, 1);
  try {
    return await database.transaction((transaction) => outlookIn(transaction, files), {
      isolationLevel: 'repeatable read',
      readOnly: true,
    });
  } catch (error) {
    throw translateError(error, 'catalog_outlook');
  } finally {
    await database.destroy();
  }
}

async function outlookIn(
  transaction: Knex.Transaction,
  files: CatalogVersion[],
): Promise<CatalogOutlook> {
  const { rows } = await transaction.raw<{ rows: { outlook: OutlookAnswer }[] }>(
    'SELECT holdfast.catalog_outlook(?::jsonb) AS outlook',
    [JSON.stringify(files)],
  );
  const { now, versions: ledgers, answer } = (rows[0] as { outlook: OutlookAnswer }).outlook;
  const versions: VersionOutlook[] = [];
  for (const changes of versionChanges(ledgers, files, now)) {
    const plans: PlanChange[] = [];
    for (const change of changes.plans) {
      plans.push({ ...change, holders: await holdersOf(transaction, change, changes) });
    }
    versions.push({ ...changes, plans });
  }
  const outcome = outcomeOf(answer);
  return { now, versions, refusal: outcome.ok ? null : outcome.refusal };
}

async function holdersOf(
  transaction: Knex.Transaction,
  { id, after }: ItemChange<Plan>,
  version: VersionChanges,
): Promise<PlanHolders> {
  const listed = transaction('holdfast.live_subscriptions')
    .select('account_id', 'subscription_id', 'scheduled_plan_id', 'paid_until')
    .select(transaction.raw('(count(*) OVER ())::integer AS holders'))
    .whereRaw('? = ANY (plan_ids)', [id])
    .orderBy('account_id')
    .limit(LISTED_MAX);
  const rows: HolderRow[] = await transaction
    .select('listed.*', 'cycle.*')
    .from(listed.as('listed'))
    .joinRaw(
      'CROSS JOIN LATERAL holdfast.plan_cycle_from(account_id, subscription_id, ?, holdfast.instant(?)) AS cycle',
      [id, version.effectiveFrom],
    )
    .orderBy('account_id');
  const count = rows[0]?.holders ?? 0;
  return {
    count,
    truncated: count > rows.length,
    subscriptions: rows.map((row) => holderOf(row, id, after, version)),
  };
}

function holderOf(
  row: HolderRow,
  planId: string,
  plan: Plan | null,
  version: VersionChanges,
): PlanHolder {
  const scheduled = row.scheduled_plan_id === planId;
  const isReached =
    row.starts_at !== null &&
    (version.effectiveUntil === null || row.starts_at < new Date(version.effectiveUntil));
  // A scheduled plan begins with the length that it has by then.
  const beginsWithPlan = scheduled && row.starts_at?.getTime() === row.paid_until.getTime();
  const length = beginsWithPlan && plan !== null ? plan.cycle : (row.length as string);
  return {
    accountId: row.account_id,
    subscriptionId: row.subscription_id,
    scheduled,
    from: isReached ? instantOf(row.starts_at as Date) : null,
    credits: isReached ? creditsOfCycle(plan, length) : null,
  };
}

/**
 * An earlier version may have booked cycles past the year 9999, for which callers' calendars have
 * no date.
 */
function instantOf(at: Date): string {
  return new Date(Math.min(at.getTime(), Date.parse('9999-12-31T23:59:59.999Z'))).toISOString();
}
