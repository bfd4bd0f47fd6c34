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
  '0017_personal_texts',
  '0019_setting_orders',
  '0020_schema_standing',
  '0022_due_holds',
  '0023_shortages',
  '0024_audit_marks',
  '0026_journal_links',
  '0027_act_links',
  '0028_watermark',
  '0029_lost_settings',
  '0031_kept_rules',
  '0032_reserve_at_once',
  '0033_batches',
  '0035_billing_events',
  '0037_refunds',
  '0038_debt',
  '0039_refund_orders',
  '0040_imports',
  '0042_notice_versions',
  '0043_disputes',
].map((name) => `Applying migration ${name}.sql`);

/** Writes every text back into the row that refers to it, as earlier versions had it. */
export const TEXTS_IN_CLEAR = `
  SET session_replication_role = replica;
  UPDATE holdfast.entries AS e SET reason = coalesce(t.text, 'erased'), text_id = NULL, text_commitment = NULL
    FROM holdfast.personal_texts AS t WHERE (t.account_id, t.text_id) = (e.account_id, e.text_id);
  UPDATE holdfast.entries SET link = NULL; UPDATE holdfast.operator_acts SET link = NULL, place = NULL; DELETE FROM holdfast.act_chains;
  UPDATE holdfast.journal_chain SET began_at = 'infinity', acts_began_at = 'infinity';
  UPDATE holdfast.interventions AS i SET reason = coalesce(t.text, 'erased'), text_id = NULL, text_commitment = NULL
    FROM holdfast.personal_texts AS t WHERE (t.account_id, t.text_id) = (i.account_id, i.text_id);
  UPDATE holdfast.operator_acts AS a SET reason = holdfast.act_reason(a), text_id = NULL, text_commitment = NULL,
    detail = holdfast.act_detail(a), detail_text_id = NULL, detail_text_commitment = NULL;
  UPDATE holdfast.idempotency_keys AS k SET body = body || t.text::jsonb, text_id = NULL, text_commitment = NULL
    FROM holdfast.personal_texts AS t WHERE (t.account_id, t.text_id) = (k.account_id, k.text_id) AND t.text IS NOT NULL;
  DELETE FROM holdfast.personal_texts AS t WHERE NOT EXISTS (SELECT FROM holdfast.idempotency_keys WHERE text_id = t.text_id);
  SET session_replication_role = DEFAULT`;

/** Takes the migration of texts back, so that the ledger is as it was before it. */
export const WITHOUT_TEXTS = `
  ${TEXTS_IN_CLEAR};
  DROP FUNCTION holdfast.keep_reason_apart, holdfast.keep_detail_apart CASCADE;
  DROP TABLE holdfast.personal_texts, holdfast.text_move CASCADE; DROP TYPE holdfast.text_reference CASCADE;
  ALTER TABLE holdfast.entries DROP COLUMN text_id CASCADE, DROP COLUMN text_commitment;
  ALTER TABLE holdfast.interventions DROP COLUMN text_id, DROP COLUMN text_commitment, ALTER COLUMN reason SET NOT NULL;
  ALTER TABLE holdfast.operator_acts DROP COLUMN text_id, DROP COLUMN text_commitment,
    DROP COLUMN detail_text_id, DROP COLUMN detail_text_commitment;
  ALTER TABLE holdfast.reservations DROP COLUMN erased;
  ALTER TABLE holdfast.idempotency_keys DROP COLUMN text_id, DROP COLUMN text_commitment;
  ALTER TABLE IF EXISTS holdfast.purchases DROP COLUMN erased;
  DELETE FROM holdfast.schema_migrations WHERE name = '0017_personal_texts.sql'`;

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
