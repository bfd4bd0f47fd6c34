import { setTimeout } from 'node:timers/promises';
import { Client as PgClient } from 'pg';
import { createNoticeActivities } from '../../../activities/notice-activities';
import { createPaymentActivities } from '../../../activities/payment-activities';
import { createPurchaseActivities } from '../../../activities/purchase-activities';
import { createSubscriptionActivities } from '../../../activities/subscription-activities';
import { createHoldfastClient, type HoldfastClient } from '../../../client/client';
import type { CatalogVersion } from '../../../contract/catalog';
import type { Subscription } from '../../../contract/subscription';
import type { Notifier } from '../../../providers/notifier';
import type { PaymentProvider } from '../../../providers/payment-provider';
import {
  noticesTaskQueue,
  paymentsTaskQueue,
  subscriptionWorkflowId,
} from '../../../workflows/messages';
import { brokenIn } from '../../ledger/ledger-support';
import { eventually } from '../../support/eventually';
import { openTimeSkipping, type TimeSkipping } from '../../support/time-skipping';

export const MINUTE_MS = 60_000;
export const HOUR_MS = 60 * MINUTE_MS;
export const DAY_MS = 24 * HOUR_MS;

/** Each test has one account and one subscription. */
export const ACCOUNT = 'acme';
export const MAIN = { accountId: ACCOUNT, subscriptionId: 'main' };
export const MAIN_WORKFLOW_ID = subscriptionWorkflowId(ACCOUNT, 'main');

/** A line of the journal: when, what, how many credits more or less, and why. */
export interface Line {
  at: string;
  type: string;
  credits: number;
  reason: string | undefined;
}

export interface WorkOptions {
  payments?: PaymentProvider;
  /** The notifier. By default it accepts every notice. */
  notifier?: Notifier;
  maxCachedWorkflows?: number;
}

export interface Calendar extends TimeSkipping {
  subscriptions: HoldfastClient['subscriptions'];
  purchases: HoldfastClient['purchases'];
  /** Starts a worker for subscriptions, notices and, if it takes payments, purchases. */
  work(options?: WorkOptions): Promise<{ stop(): Promise<void> }>;
  /** Skips to that time. What is due before it happens on the way. */
  sleepUntil(iso: string): Promise<void>;
  /**
   * Skips to that time without a worker. The server's time stands still from `firstDue` on, when
   * the first task finds no worker.
   */
  sleepWithoutWorker(firstDue: string, iso: string): Promise<void>;
  /**
   * Skips past the end of a child whose parent's run has ended before it: the server's time stands
   * still from then on.
   */
  sleepPastChild(childId: string, iso: string): Promise<void>;
  /** Subscribes, and pays that many cycles. */
  subscribe(
    planId: string,
    options?: { timeZone?: string; cycles?: number },
  ): Promise<Subscription>;
  /** Reports the payment of that cycle. */
  renew(cycle: number, paidAt?: string): Promise<Subscription>;
  main(): Promise<Subscription>;
  /** All entries, oldest first. */
  journal(): Promise<Line[]>;
  /** The number of events of each run of the workflow, oldest run first. */
  eventsOfRuns(workflowId?: string): Promise<number[]>;
  /** Changes the current catalog version in place. */
  setCatalog(changes: Partial<CatalogVersion>): Promise<void>;
  /** Fails unless the audit finds nothing wrong and nothing undone at the present time. */
  expectClean(): Promise<void>;
}

/** Opens a server whose time is skipped, its ledger, and a client of both. */
export async function openCalendar(): Promise<Calendar> {
  const skipping = await openTimeSkipping();
  const { client, ledger, taskQueue } = skipping;
  const holdfast = createHoldfastClient({ temporal: client, ledger, taskQueue });
  return {
    ...skipping,
    ...{ subscriptions: holdfast.subscriptions, purchases: holdfast.purchases },
    work: (options) => startWorkers(skipping, options),
    ...sleepsOf(skipping),
    ...commandsOf(holdfast),
    ...readingsOf(skipping),
    setCatalog: (changes) => setCatalog(skipping, changes),
  };
}

async function startWorkers(
  { client, ledger, taskQueue, startWorker }: TimeSkipping,
  { payments, notifier = { deliver: async () => {} }, maxCachedWorkflows }: WorkOptions = {},
): Promise<{ stop(): Promise<void> }> {
  const noticeActivities = createNoticeActivities({ ledger, notifier });
  const paymentActivities =
    payments && createPaymentActivities({ provider: payments, ledger, firstPauseMs: 10 });
  const workers = [
    await startWorker({
      ...(maxCachedWorkflows !== undefined && { maxCachedWorkflows }),
      activities: {
        ...createSubscriptionActivities({ ledger }),
        ...noticeActivities,
        ...createPurchaseActivities({ ledger, temporal: client, paymentProvider: payments }),
      },
    }),
    await startWorker({ taskQueue: noticesTaskQueue(taskQueue), activities: noticeActivities }),
  ];
  if (paymentActivities) {
    const onPayments = { taskQueue: paymentsTaskQueue(taskQueue), activities: paymentActivities };
    workers.push(await startWorker(onPayments));
  }
  return {
    async stop() {
      await Promise.all(workers.map((worker) => worker.stop()));
    },
  };
}

type Sleeps = Pick<Calendar, 'sleepUntil' | 'sleepWithoutWorker' | 'sleepPastChild'>;

function sleepsOf({ client, environment }: TimeSkipping): Sleeps {
  const sleepUntil = async (iso: string) =>
    environment.sleep(Math.max(1, Date.parse(iso) - (await environment.currentTimeMs())));
  const sleepOverStandstill = async (isReached: () => Promise<boolean>, iso: string) => {
    const slept = sleepUntil(iso);
    await eventually(isReached);
    const isStandingStill = await Promise.race([slept.then(() => false), setTimeout(1_000, true)]);
    if (isStandingStill) await environment.connection.testService?.unlockTimeSkipping({});
    await slept;
  };
  return {
    sleepUntil,
    async sleepWithoutWorker(firstDue, iso) {
      await sleepOverStandstill(
        async () => (await environment.currentTimeMs()) >= Date.parse(firstDue),
        iso,
      );
      // The next worker's first answer takes this lock away.
      await environment.connection.testService?.lockTimeSkipping({});
    },
    sleepPastChild(childId, iso) {
      const child = client.workflow.getHandle(childId);
      return sleepOverStandstill(
        async () => (await child.describe()).status.name !== 'RUNNING',
        iso,
      );
    },
  };
}

function commandsOf({
  subscriptions,
}: Pick<HoldfastClient, 'subscriptions'>): Pick<Calendar, 'subscribe' | 'renew'> {
  const renew = async (cycle: number, paidAt?: string) => {
    const renewal = { ...MAIN, paymentReference: `cycle-${cycle}`, ...(paidAt && { paidAt }) };
    return (await subscriptions.renew(renewal)).subscription;
  };
  return {
    renew,
    async subscribe(planId, { timeZone, cycles = 1 } = {}) {
      const paid = { planId, paymentReference: 'cycle-1', ...(timeZone && { timeZone }) };
      let { subscription } = await subscriptions.subscribe({ ...MAIN, ...paid });
      for (let cycle = 2; cycle <= cycles; cycle += 1) subscription = await renew(cycle);
      return subscription;
    },
  };
}

type Readings = Pick<Calendar, 'main' | 'journal' | 'eventsOfRuns' | 'expectClean'>;

function readingsOf({ client, ledger }: TimeSkipping): Readings {
  return {
    async main() {
      const found = await ledger.subscription(ACCOUNT, MAIN.subscriptionId);
      if (!found) throw new Error(`${ACCOUNT} has no subscription.`);
      return found;
    },
    async journal() {
      const { entries } = await ledger.history(ACCOUNT, { limit: 1_000 });
      const lines = entries.map(({ at, type, availableDelta: credits, reason }) => ({
        at,
        type,
        credits,
        reason,
      }));
      return lines.reverse();
    },
    async eventsOfRuns(workflowId = MAIN_WORKFLOW_ID) {
      const lengths: number[] = [];
      for (let runId: string | undefined; ; ) {
        const { events } = await client.workflow.getHandle(workflowId, runId).fetchHistory();
        lengths.unshift(events?.length ?? 0);
        runId =
          events?.[0]?.workflowExecutionStartedEventAttributes?.continuedExecutionRunId ||
          undefined;
        if (runId === undefined) return lengths;
      }
    },
    async expectClean() {
      expect(await brokenIn(ledger)).toEqual([]);
    },
  };
}

async function setCatalog(
  { database }: TimeSkipping,
  changes: Partial<CatalogVersion>,
): Promise<void> {
  const owner = new PgClient({ connectionString: database.ownerUrl });
  await owner.connect();
  const changed = owner.query('UPDATE holdfast.catalog_versions SET document = document || $1', [
    changes,
  ]);
  await changed.finally(() => owner.end());
}

export function later(iso: string, ms: number): string {
  return new Date(Date.parse(iso) + ms).toISOString();
}

/**
 * Fails unless each line is within the minute after its boundary, because workflows ask the ledger
 * at the boundary.
 */
export function expectOnTime(lines: Line[], boundaries: string[]): void {
  const onTime = ({ at }: Line, boundary = '') => at >= boundary && at < later(boundary, MINUTE_MS);
  expect(
    lines.map((line, index) => (onTime(line, boundaries[index]) ? boundaries[index] : line.at)),
  ).toEqual(boundaries);
}

export const grant = (cycle: number, credits = 150, planId = 'lite-monthly') => ({
  ...{ type: 'grant', credits },
  reason: `${planId}, cycle ${cycle}`,
});

export const lapse = (credits: number) => ({ type: 'expire', credits: -credits, reason: 'lapsed' });
