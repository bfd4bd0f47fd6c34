import { Client as PgClient } from 'pg';
import { HoldfastError, type Subscription } from '../../../client/client';
import type { CatalogVersion } from '../../../contract/catalog';
import type { SubscribeRequest } from '../../../contract/subscription';
import { subscriptionWorkflowId } from '../../../workflows/messages';
import { eventually } from '../../support/eventually';
import { type Holdfast, openHoldfast, uniqueId } from '../harness';
import { workflowIdsOf } from '../workflow-support';

/**
 * The time of the ledger's clock unless a test sets it, and the first boundaries of a month from
 * then.
 */
export const START = '2030-01-01T00:00:00.000Z';
export const FEBRUARY = '2030-02-01T00:00:00.000Z';
export const MARCH = '2030-03-01T00:00:00.000Z';
export const APRIL = '2030-04-01T00:00:00.000Z';

export const LITE = 'lite-monthly';
export const PROFESSIONAL = 'professional-monthly';
export const ADVANCED = 'advanced-monthly';

export const SECOND_MS = 1_000;
export const HOUR_MS = 3_600_000;
export const DAY_MS = 24 * HOUR_MS;

export function later(iso: string, ms: number): string {
  return new Date(Date.parse(iso) + ms).toISOString();
}

/**
 * A time-out for calls whose task is given to another worker, after ten seconds, or that come with
 * many others.
 */
export const LONG_TIMEOUT = { timeoutMs: 60_000 };

/** Accounts with a subscription `s` each, used through the client and its workflows. */
export class Subscribers {
  readonly holdfast: Holdfast;
  readonly #accounts: string[] = [];
  readonly #begun: SubscribeRequest[] = [];

  private constructor(holdfast: Holdfast) {
    this.holdfast = holdfast;
  }

  /** Opens Holdfast without a worker. The test starts one. */
  static async open(catalog: Partial<CatalogVersion> = {}): Promise<Subscribers> {
    const holdfast = await openHoldfast();
    await holdfast.setCatalog(catalog);
    return new Subscribers(holdfast);
  }

  get subscriptions() {
    return this.holdfast.client.subscriptions;
  }

  newAccount(): string {
    const accountId = uniqueId('account');
    this.#accounts.push(accountId);
    return accountId;
  }

  async subscribed(
    planId = LITE,
    subscriptionId = 's',
    accountId = this.newAccount(),
  ): Promise<string> {
    const request = { accountId, subscriptionId, planId, paymentReference: uniqueId('pay') };
    await this.subscriptions.subscribe(request, LONG_TIMEOUT);
    this.#begun.push(request);
    return accountId;
  }

  renew(
    accountId: string,
    paymentReference = uniqueId('pay'),
    paidAt?: string,
    subscriptionId = 's',
  ) {
    const renewal = { accountId, subscriptionId, paymentReference, ...(paidAt && { paidAt }) };
    return this.subscriptions.renew(renewal, LONG_TIMEOUT);
  }

  changePlan(accountId: string, planId: string, paymentReference?: string, key = uniqueId('key')) {
    const paid = paymentReference === undefined ? {} : { paymentReference };
    return this.subscriptions.changePlan({ accountId, subscriptionId: 's', key, planId, ...paid });
  }

  cancel(accountId: string, key = uniqueId('key')) {
    return this.subscriptions.cancelAtPeriodEnd({ accountId, subscriptionId: 's', key });
  }

  resume(accountId: string, key = uniqueId('key')) {
    return this.subscriptions.resume({ accountId, subscriptionId: 's', key });
  }

  endNow(accountId: string, key = uniqueId('key'), subscriptionId = 's') {
    return this.subscriptions.endNow({ accountId, subscriptionId, key });
  }

  async subscription(accountId: string, subscriptionId?: string): Promise<Subscription> {
    const found = await this.subscriptions.get(accountId, subscriptionId);
    if (!found) throw new Error(`${accountId} has no subscription.`);
    return found;
  }

  async balance(accountId: string) {
    const { available, pendingExpiry, expired, granted } =
      await this.holdfast.client.balance(accountId);
    return { available, pendingExpiry, expired, granted };
  }

  /** Type and change of the available credits of every entry, oldest first. */
  async journal(accountId: string): Promise<[type: string, credits: number][]> {
    const { entries } = await this.holdfast.client.history(accountId, { limit: 1_000 });
    return entries.reverse().map(({ type, availableDelta }) => [type, availableDelta]);
  }

  workflow(accountId: string, subscriptionId = 's') {
    return this.holdfast.temporal.client.workflow.getHandle(
      subscriptionWorkflowId(accountId, subscriptionId),
    );
  }

  async setClock(iso: string): Promise<void> {
    const client = new PgClient({ connectionString: this.holdfast.database.testClockUrl });
    await client.connect();
    try {
      await client.query(
        'INSERT INTO holdfast.test_clock (set_to) VALUES ($1) ON CONFLICT (only_one) DO UPDATE SET set_to = excluded.set_to',
        [iso],
      );
    } finally {
      await client.end();
    }
  }

  /** Ids of the running workflows on this file's task queue, but for the namespace's record. */
  async running(): Promise<string[]> {
    const { temporal } = this.holdfast;
    const query = `TaskQueue = "${temporal.taskQueue}" AND ExecutionStatus = "Running"`;
    return workflowIdsOf(temporal, `${query} AND WorkflowType != "ledgerWorkflow"`);
  }

  /** Ends what is live, waits until all workflows have ended, and checks every invariant. */
  async close(): Promise<void> {
    try {
      for (const accountId of this.#accounts) {
        const newest = await this.subscriptions.get(accountId);
        if (!newest || newest.status === 'closed') continue;
        await this.endNow(accountId, uniqueId('end'), newest.subscriptionId).catch(unlessClosed);
      }
      await this.#letClosedOnesLook();
      await this.#endWindows();
      await eventually(async () => (await this.running()).length === 0);
    } finally {
      await this.holdfast.closeSettled();
    }
  }

  /**
   * Makes the workflows of closed subscriptions look at the ledger. They would sleep for a month if
   * a test set the clock or booked the end.
   */
  async #letClosedOnesLook(): Promise<void> {
    const running = new Set(await this.running());
    for (const request of this.#begun) {
      if (!running.has(subscriptionWorkflowId(request.accountId, request.subscriptionId))) continue;
      await this.subscriptions.subscribe(request);
    }
  }

  /** Ends the workflows of expiries. They would wait for an hour and have nothing to book. */
  async #endWindows(): Promise<void> {
    for (const workflowId of await this.running()) {
      if (!workflowId.startsWith('expiry/')) continue;
      const handle = this.holdfast.temporal.client.workflow.getHandle(workflowId);
      await handle.terminate().catch(() => undefined);
    }
  }
}

/** Ignores that the expiry was booked just now. */
function unlessClosed(error: unknown): void {
  if (error instanceof HoldfastError && error.code === 'SUBSCRIPTION_LAPSED') return;
  throw error;
}
