import { z } from 'zod';
import { ledgerId } from '../../contract/ledger-identity';
import { appliedMigration, schemaLevels, temporalIdentity } from '../../contract/upkeep';
import { inQuery, page, text, value } from '../connection/sql-function';

/** The ledger as one installation. */
export const INSTALLATION_FUNCTIONS = {
  ledger_id: value(['web', 'worker', 'operator'], {}, ledgerId),
  // Records on first use which Temporal the ledger belongs to, and changes nothing afterwards.
  temporal_identity: value(
    ['web', 'worker', 'operator'],
    { clusterId: text, namespaceId: text, namespace: text },
    temporalIdentity,
  ),
  recorded_temporal_identity: value(['web', 'worker', 'operator'], {}, temporalIdentity.nullable()),
  /** Never the test clock. */
  server_clock: value(['worker'], {}, z.date()),
  // Queries of the history cut a caller's time with it.
  instant: inQuery(['web', 'operator'], { said: text }, z.date()),
  applied_migrations: page(['operator'], {}, appliedMigration),
  schema_levels: value(['web', 'worker', 'operator'], {}, schemaLevels),
} as const;
