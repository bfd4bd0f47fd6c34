import { Client } from 'pg';
import { createLedger, type Ledger } from '../../../ledger/ledger';
import { migrate } from '../../../ledger/migrate';
import { asAdmin, EmptyDatabase, newRole } from './empty-database';

/** The lines that a first migration logs, in order. */
export const APPLIED = [
  ...['0001_ledger', '0002_subscriptions', '0003_purchases', '0004_waiting', '0005_origins'],
  ...['0006_top_up_price', '0007_stray_payments', '0008_ids', '0009_interventions'],
  ...['0010_function_names', '0011_ledger_id', '0013_purchase_limits'],
  '0014_refusals',
  '0015_cancelled',
  '0016_acts',
].map((name) => `Applying migration ${name}.sql`);

/** An empty database, and the name of a serving process's role that does not exist yet. */
export class MigrationTarget {
  readonly role = newRole();

  private constructor(readonly database: EmptyDatabase) {}

  static async create(): Promise<MigrationTarget> {
    return new MigrationTarget(await EmptyDatabase.create());
  }

  get urls(): { migrationUrl: string; servingUrl: string } {
    return {
      migrationUrl: this.database.ownerUrl,
      servingUrl: this.database.servingUrl(this.role),
    };
  }

  async drop(): Promise<void> {
    await this.database.drop();
    await asAdmin(`DROP ROLE IF EXISTS ${this.role}`);
  }

  migrate(log?: (line: string) => void): Promise<void> {
    return migrate({ ...this.urls, log });
  }

  /** Runs the action on a ledger that serves this database, or the one at the URL, and closes it. */
  async withLedger<T>(
    action: (ledger: Ledger) => Promise<T>,
    databaseUrl = this.urls.servingUrl,
  ): Promise<T> {
    const ledger = createLedger({ databaseUrl });
    try {
      return await action(ledger);
    } finally {
      await ledger.close();
    }
  }

  /** The rows that the statements return to the database's owner. */
  async query(sql: string): Promise<unknown[]> {
    const client = new Client({ connectionString: this.database.ownerUrl });
    await client.connect();
    try {
      return (await client.query(sql)).rows;
    } finally {
      await client.end();
    }
  }
}
