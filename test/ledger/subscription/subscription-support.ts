import type { CatalogVersion } from '../../../contract/catalog';
import type { Renewed, Subscription, SubscriptionChange } from '../../../contract/subscription';
import type { Outcome, Subscriptions } from '../../../ledger/ledger';
import { granted, newId, START, TestLedger } from '../ledger-support';

export const HOUR_MS = 3_600_000;
export const LITE = 'lite-monthly';
export const PROFESSIONAL = 'professional-monthly';
export const ADVANCED = 'advanced-monthly';

/** The first boundaries of a monthly subscription that starts at START. */
export const FEBRUARY = '2030-02-01T00:00:00.000Z';
export const MARCH = '2030-03-01T00:00:00.000Z';
export const APRIL = '2030-04-01T00:00:00.000Z';

/** A ledger with subscriptions, whose catalog a test may change directly in the database. */
export class SubscriptionBooks {
  readonly books: TestLedger;

  private constructor(books: TestLedger) {
    this.books = books;
  }

  /** Opens a ledger at START whose catalog is the built-in one with these fields and plans replaced. */
  static async open(
    catalog: Partial<CatalogVersion> = {},
    maxConnections = 10,
  ): Promise<SubscriptionBooks> {
    const test = new SubscriptionBooks(await TestLedger.open(maxConnections));
    await test.setCatalog(catalog);
    return test;
  }

  get subscriptions(): Subscriptions {
    return this.books.ledger.subscriptions;
  }

  /** Replaces these fields and plans of catalog version 1, although it is in force. */
  async setCatalog({ plans, ...rest }: Partial<CatalogVersion>): Promise<void> {
    await this.books.owner.query(
      `UPDATE holdfast.catalog_versions SET document =
         jsonb_set(document || $1::jsonb, '{plans}', document->'plans' || $2::jsonb) WHERE version = 1`,
      [JSON.stringify(rest), JSON.stringify(plans ?? {})],
    );
  }

  /** A new account with a subscription `s`, which starts now. */
  async subscribed(planId = LITE, timeZone?: string): Promise<string> {
    const account = newId();
    await this.subscribe(account, 's', planId, timeZone);
    return account;
  }

  /** Subscribes the account, with a payment reference of its own. */
  async subscribe(
    account: string,
    subscriptionId: string,
    planId = LITE,
    timeZone?: string,
  ): Promise<SubscriptionChange> {
    const body = { planId, paymentReference: newId('pay'), ...(timeZone && { timeZone }) };
    return granted(this.subscriptions.subscribe(account, subscriptionId, body));
  }

  /** Renews subscription `id`. Without `paidAt` it counts as paid now. */
  renew(
    account: string,
    paidAt?: string,
    reference = newId('pay'),
    id = 's',
  ): Promise<Outcome<Renewed>> {
    return this.subscriptions.renew(account, id, reference, paidAt);
  }

  /** The account's subscription with that id, or its newest one. */
  async subscription(account: string, id?: string): Promise<Subscription> {
    const found = await this.books.ledger.subscription(account, id);
    if (!found) throw new Error(`${account} has no subscription.`);
    return found;
  }

  async balance(account: string) {
    const { available, pendingExpiry, expired, granted } = await this.books.ledger.balance(account);
    return { available, pendingExpiry, expired, granted };
  }

  /** Cycle and credits of each of the account's plan grants, oldest first. */
  async planGrants(account: string): Promise<[cycle: number, credits: number][]> {
    const { rows } = await this.books.owner.query(
      'SELECT cycle, credits::int AS credits FROM holdfast.grants WHERE account_id = $1 AND cycle IS NOT NULL ORDER BY grant_id',
      [account],
    );
    return rows.map(({ cycle, credits }) => [cycle, credits]);
  }

  /** Sets the clock back to START. */
  async reset(): Promise<void> {
    await this.books.setClock(START);
  }

  /** Grants every due cycle, as reconciliation does, and expects that the audit then finds no violation. */
  async expectBalanced(): Promise<void> {
    const { rows } = await this.books.owner.query(
      `SELECT DISTINCT account_id, subscription_id FROM holdfast.cycles JOIN holdfast.subscriptions USING (account_id, subscription_id)
       WHERE grant_id IS NULL AND starts_at <= holdfast.clock() AND status = 'active'`,
    );
    for (const { account_id, subscription_id } of rows) {
      await granted(this.subscriptions.grantCycles(account_id, subscription_id));
    }
    await this.books.expectBalanced();
  }
}
