import { isDeepStrictEqual } from 'node:util';
import { Pool } from 'pg';
import { createLedger, type Ledger, type OutboxMessage } from '../../../ledger/ledger';
import { createTestDatabase, type TestDatabase } from '../../support/database';
import { BEGIN, FIRST_CATALOG } from '../draws/world';
import type { Books } from '../operations/sides';
import type { Answer, Catalog, World } from '../rules/state';
import { iso } from '../rules/time';

/** What a migrated ledger has that a run begins without. Its other rows are the ledger's own. */
const BEGUN_ANEW = ['catalog_versions', 'operator_acts', 'act_chains'];

/** A ledger in a database of its own, which forgets everything between runs. */
export class RunBooks implements Books {
  readonly #database: TestDatabase;
  readonly #clock: Pool;
  readonly #owner: Pool;
  readonly ledger: Ledger;
  /** What operations have delivered since it was read last. */
  delivered: World['delivered'] = [];
  #emptied = '';

  private constructor(database: TestDatabase, connections: number, batches: boolean) {
    this.#database = database;
    this.#clock = new Pool({ connectionString: database.testClockUrl, max: 1 });
    this.#owner = new Pool({ connectionString: database.ownerUrl, max: 1 });
    for (const pool of [this.#clock, this.#owner]) pool.on('error', () => {});
    this.ledger = createLedger({
      databaseUrl: database.ledgerUrl,
      maxConnections: connections,
      batches,
      connectWithinMs: 60_000,
      deliver: async ({ messageId: _, ...message }: OutboxMessage) => {
        this.delivered.push(message as World['delivered'][number]);
      },
    });
  }

  /** With two connections batches have one call at a time, so that more travels together. */
  static async open({ batches }: { batches: boolean }): Promise<RunBooks> {
    const books = new RunBooks(await createTestDatabase(), batches ? 2 : 4, batches);
    await books.setClock(iso(BEGIN) as string);
    const { rows } = await books.#owner.query(
      "SELECT tablename FROM pg_tables WHERE schemaname = 'holdfast' ORDER BY tablename",
    );
    const deletions: string[] = [];
    for (const { tablename } of rows) {
      const table = `holdfast.${tablename}`;
      const { rowCount } = await books.#owner.query(`SELECT FROM ${table} LIMIT 1`);
      // A run leaves a few rows in each: to delete them is quicker than to truncate.
      if (rowCount === 0 || BEGUN_ANEW.includes(tablename)) deletions.push(`DELETE FROM ${table}`);
    }
    books.#emptied = deletions.join('; ');
    return books;
  }

  async close(): Promise<void> {
    await Promise.all([this.ledger.close(), this.#owner.end(), this.#clock.end()]);
    await this.#database.drop();
  }

  /** Empties the ledger, and begins with the first catalog at the model's beginning. */
  async begin(): Promise<void> {
    await this.setClock(iso(BEGIN) as string);
    // The journal is append-only, but for a replica.
    await this.#owner.query(`SET session_replication_role = replica;
      ${this.#emptied}; SET session_replication_role = origin`);
    await this.applyCatalog(FIRST_CATALOG);
    this.delivered = [];
  }

  async setClock(at: string): Promise<void> {
    await this.#clock.query(
      'INSERT INTO holdfast.test_clock (set_to) VALUES ($1) ON CONFLICT (only_one) DO UPDATE SET set_to = excluded.set_to',
      [at],
    );
  }

  async applyCatalog(next: Catalog): Promise<unknown> {
    const version = { ...next, effectiveFrom: iso(next.effectiveFrom) };
    const { rows } = await this.#owner.query(
      'SELECT holdfast.apply_catalog($1::jsonb, $2, $3) AS answer',
      [JSON.stringify([version]), 'fuzz', 'sam'],
    );
    const { result, refusal } = rows[0].answer;
    return refusal ? { ok: false, refusal } : { ok: true, value: result, replayed: false };
  }
}

/** An answer of the ledger, or of the model, as both are compared: JSON without messages. */
export function comparable(answer: unknown): unknown {
  const said = answer as { ok?: boolean; refusal?: object; value?: unknown; replayed?: boolean };
  if (said && typeof said === 'object' && 'ok' in said) {
    if (said.refusal) return plain({ ok: false, ...said.refusal, message: undefined });
    return plain(said);
  }
  return plain({ ok: true, value: answer, replayed: false });
}

function plain(value: unknown): unknown {
  const withoutMessages = (key: string, member: unknown) => {
    if (key !== 'heldUp' || typeof member !== 'object' || member === null) return member;
    return { ...member, message: undefined };
  };
  return JSON.parse(JSON.stringify(value ?? null, withoutMessages));
}

export const isSameAnswer = (ledgers: unknown, rules: Answer): boolean =>
  isDeepStrictEqual(comparable(ledgers), comparable(rules));
