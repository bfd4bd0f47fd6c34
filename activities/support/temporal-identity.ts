import type { Client } from '@temporalio/client';
import { identityOf, type TemporalIdentity } from '../../contract/temporal-identity';
import type { Ledger } from '../../ledger/ledger';

/** Records on first use which Temporal the ledger belongs to, and tells which this is. */
export async function recordIdentity(
  ledger: Pick<Ledger, 'temporalIdentity'>,
  { connection, options }: Client,
): Promise<{ recorded: TemporalIdentity; seen: TemporalIdentity }> {
  const seen = await identityOf(connection, options.namespace);
  return { recorded: await ledger.temporalIdentity(seen), seen };
}
