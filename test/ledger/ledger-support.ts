import { Pool } from 'pg';
import type { AuditReport, Violation } from '../../contract/audit';
import type { RequestBody, RequestRecord } from '../../contract/generation';
import type { CreatedGrant, GrantBody } from '../../contract/grant';
import type { HistoryEntry } from '../../contract/history';
import type { BoundedWait } from '../../contract/waiting';
import {
  type AuditAsked,
  type Audited,
  createLedger,
  type Ledger,
  type OutboxMessage,
  type Outcome,
} from '../../ledger/ledger';
import { createTestDatabase, type TestDatabase } from '../support/database';
import { eventually } from '../support/eventually';
import { granted } from './outcomes';

export { atOnce, granted, refusal } from './outcomes';

/** The test clock's time unless a test moves it. The built-in catalog is effective by then. */
export const START = '2030-01-01T00:00:00.000Z';
export const MINUTE_MS = 60_000;
export const DAY_MS = 86_400_000;
export const HOLD_MS = 10 * MINUTE_MS;
export const BODY: RequestBody = { kind: 'text-to-image' };

/** A ledger in a database of its own, with its test clock, and the owner's connections, which can damage it. */
export class TestLedger {
  readonly #database: TestDatabase;
  readonly #clock: Pool;
  readonly ledger: Ledger;
  readonly owner: Pool;
  readonly #begunTerms = new Set<string>();
  /** The messages that the ledger's operations have delivered and that no test has read yet. */
  readonly messages: OutboxMessage[] = [];
  /** Requests of which Temporal says that their workflow has ended. */
  readonly ended = new Set<string>();
  /** While true, every delivery fails and the message stays in the outbox. */
  isCut = false;
  /** Deliveries of messages of this kind fail. */
  refusedKind?: OutboxMessage['kind'];

  private constructor(database: TestDatabase, maxConnections: number) {
    this.#database = database;
    this.#clock = new Pool({ connectionString: database.testClockUrl, max: 1 });
    this.owner = new Pool({ connectionString: database.ownerUrl, max: 4 });
    // A pool ends before its connections do, and dropping the database may end those first.
    for (const pool of [this.#clock, this.owner]) pool.on('error', () => {});
    this.ledger = createLedger({
      databaseUrl: database.ledgerUrl,
      maxConnections,
      // A busy machine may need seconds for the connections of many callers at once.
      connectWithinMs: 60_000,
      deliver: async (message) => {
        if (this.isCut || message.kind === this.refusedKind) throw new Error('cut off');
        this.messages.push(message);
        return message.kind === 'wake' && this.ended.has(message.requestId) ? 'ended' : undefined;
      },
    });
  }

  /** Opens a ledger in a new database, with the clock at START. */
  static async open(maxConnections = 10): Promise<TestLedger> {
    const test = new TestLedger(await createTestDatabase(), maxConnections);
    await test.setClock(START);
    return test;
  }

  get urls(): TestDatabase {
    return this.#database;
  }

  async close(): Promise<void> {
    await Promise.all([this.ledger.close(), this.owner.end(), this.#clock.end()]);
    await this.#database.drop();
  }

  async setClock(iso: string): Promise<void> {
    await this.#clock.query(
      'INSERT INTO holdfast.test_clock (set_to) VALUES ($1) ON CONFLICT (only_one) DO UPDATE SET set_to = excluded.set_to',
      [iso],
    );
  }

  async advanceClock(ms: number): Promise<void> {
    await this.#clock.query(
      "UPDATE holdfast.test_clock SET set_to = set_to + $1 * interval '1 millisecond'",
      [ms],
    );
  }

  async clearClock(): Promise<void> {
    await this.#clock.query('DELETE FROM holdfast.test_clock');
  }

  /** Starts a term that lapses at `validUntil`, as a subscription does. */
  async setTerm(accountId: string, term: number, validUntil: string): Promise<void> {
    this.#begunTerms.add(accountId);
    await this.owner.query(
      `INSERT INTO holdfast.accounts (account_id, term, valid_until) VALUES ($1, $2, $3)
       ON CONFLICT (account_id) DO UPDATE SET term = excluded.term, valid_until = excluded.valid_until`,
      [accountId, term, validUntil],
    );
    await this.owner.query(
      `INSERT INTO holdfast.terms
       SELECT $1, coalesce(max(change), 0) + 1, holdfast.clock(), $2, $3 FROM holdfast.terms WHERE account_id = $1`,
      [accountId, term, validUntil],
    );
  }

  /** Grants a promotion under a new key; `more` replaces fields of its body. */
  grantPromotion(
    accountId: string,
    credits: number,
    more: Partial<GrantBody> = {},
  ): Promise<CreatedGrant> {
    return granted(this.ledger.grant(accountId, newId('key'), promotion(credits, more)));
  }

  /** Reserves credits without waiting. */
  reserve(
    accountId: string,
    requestId: string,
    credits: number,
    body = BODY,
  ): Promise<Outcome<RequestRecord>> {
    return this.ledger.reserve(
      accountId,
      requestId,
      body,
      { credits, catalogVersion: '1' },
      HOLD_MS,
    );
  }

  /** Reserves credits, and takes a place in the queue where there are too few. */
  async park(
    accountId: string,
    requestId: string,
    credits: number,
    wait: BoundedWait = { timeout: 'P1D' },
    body = BODY,
  ) {
    const quote = { credits, catalogVersion: '1' };
    return granted(this.ledger.reserve(accountId, requestId, body, quote, HOLD_MS, wait));
  }

  /** Resumes a waiting request, as its workflow does when it is woken. */
  resume(
    accountId: string,
    requestId: string,
    credits: number,
    catalogVersion = '1',
  ): Promise<Outcome<RequestRecord>> {
    return this.ledger.resume(accountId, requestId, { credits, catalogVersion }, HOLD_MS);
  }

  /** The requests of the account that were woken since its messages were last read, in order. */
  woken(accountId: string): string[] {
    return this.#taken(accountId).flatMap((message) =>
      message.kind === 'wake' && !message.isCheck ? [message.requestId] : [],
    );
  }

  /** The requests of the account whose workflows were to be looked for since then, in order. */
  checked(accountId: string): string[] {
    return this.#taken(accountId).flatMap((message) =>
      message.kind === 'wake' && message.isCheck ? [message.requestId] : [],
    );
  }

  /** The kinds of the account's messages that were delivered since they were last read, in order. */
  messageKinds(accountId: string): OutboxMessage['kind'][] {
    return this.#taken(accountId).flatMap((message) =>
      message.kind === 'wake' && message.isCheck ? [] : [message.kind],
    );
  }

  #taken(accountId: string): OutboxMessage[] {
    const own = this.messages.filter((message) => message.accountId === accountId);
    for (const message of own) this.messages.splice(this.messages.indexOf(message), 1);
    return own;
  }

  /** Waits until at least `count` of the database's connections wait for a lock. */
  async untilLocked(count = 1): Promise<void> {
    await eventually(async () => {
      const { rows } = await this.owner.query(
        "SELECT count(*)::int FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'",
      );
      return rows[0].count >= count;
    });
  }

  /** The account's journal, oldest entry first. */
  async entries(accountId: string): Promise<HistoryEntry[]> {
    const { entries } = await this.ledger.history(accountId, { limit: 1_000 });
    return entries.reverse();
  }

  async entryTypes(accountId: string): Promise<string[]> {
    return (await this.entries(accountId)).map((entry) => entry.type);
  }

  /** Rewrites rows that are never changed, as if an earlier version had written them so. */
  async rewrite(statements: string): Promise<void> {
    await this.owner.query(
      `SET session_replication_role = 'replica'; ${statements}; RESET session_replication_role`,
    );
  }

  /** The audit, without what tests do to a ledger on purpose. */
  async audit(asked?: AuditAsked): Promise<Audited> {
    const report = await this.ledger.audit(asked);
    return { ...report, violations: report.violations.filter((found) => !this.#isOwnDoing(found)) };
  }

  /** Some tests begin terms without a subscription, besides. */
  #isOwnDoing({ invariant, accountId }: Violation): boolean {
    return (
      OWN_DOING.includes(invariant) ||
      (invariant === 'terms-follow-answers' && this.#begunTerms.has(accountId))
    );
  }

  /** Expects that the audit finds no violation but those that the test has brought about itself. */
  async expectBalanced(...ownDoing: string[]): Promise<void> {
    const { violations } = await this.audit();
    expect(violations.filter(({ invariant }) => !ownDoing.includes(invariant))).toEqual([]);
  }

  /**
   * The invariants that the audit finds broken, all of them for the account, after the damage, which
   * is then undone. `damage`: statements with `;` between them, in which `$account` stands for the
   * account's id as a literal. Each but an ALTER or a DROP must change a row.
   */
  async brokenBy(damage: string, account: string): Promise<string[]> {
    const client = await this.owner.connect();
    try {
      await client.query('BEGIN');
      await client.query("SET LOCAL session_replication_role = 'replica'");
      for (const statement of damage.replaceAll('$account', `'${account}'`).split(';')) {
        const { rowCount, command } = await client.query(statement);
        if (command !== 'ALTER' && command !== 'DROP') expect(rowCount).toBeGreaterThan(0);
      }
      const { rows } = await client.query('SELECT holdfast.audit() AS report');
      const violations = (rows[0].report as AuditReport).violations.filter(
        (found) => !this.#isOwnDoing(found),
      );
      expect(violations.map(({ accountId }) => accountId)).toEqual(violations.map(() => account));
      return violations.map(({ invariant }) => invariant);
    } finally {
      await client.query('ROLLBACK');
      client.release();
    }
  }
}

/** Tests reserve any number of credits for the same request, and change the catalog in place. */
const OWN_DOING = ['priced-by-catalog', 'waits-as-promised', 'catalog-as-applied'];

/** What the audit finds broken, without what tests do to a ledger on purpose; `more` of that. */
export async function brokenIn(ledger: Ledger, more: string[] = []): Promise<Violation[]> {
  const { violations } = await ledger.audit();
  return violations.filter(({ invariant }) => ![...OWN_DOING, ...more].includes(invariant));
}

/** The body of a promotion that ends 30 days after START; `more` replaces fields. */
export function promotion(credits: number, more: Partial<GrantBody> = {}): GrantBody {
  return {
    credits,
    source: 'promotion',
    reason: 'welcome',
    by: 'ops',
    expiresAt: later(START, 30 * DAY_MS),
    ...more,
  };
}

let ids = 0;

/** An id of an account, a request or a key that no other test of the file has. */
export function newId(prefix = 'account'): string {
  ids += 1;
  return `${prefix}-${ids}`;
}

/** The time `ms` milliseconds after `iso`. */
export function later(iso: string, ms: number): string {
  return new Date(Date.parse(iso) + ms).toISOString();
}
