import type { Client } from '@temporalio/client';
import { isSameTemporal, type TemporalIdentity } from '../../contract/temporal-identity';
import type { Ledger } from '../../ledger';

/** Records on first use which Temporal the ledger belongs to, and says whether this is it. */
export async function recordIdentity(
  ledger: Ledger,
  temporal: Client,
): Promise<{ recorded: TemporalIdentity; seen: TemporalIdentity; matches: boolean }> {
  const seen = await identityOf(temporal);
  const recorded = await ledger.temporalIdentity(seen);
  return { recorded, seen, matches: isSameTemporal(recorded, seen) };
}

async function identityOf(temporal: Client): Promise<TemporalIdentity> {
  const { namespace } = temporal.options;
  const { workflowService } = temporal.connection;
  const { clusterId } = await workflowService.getClusterInfo({});
  const { namespaceInfo } = await workflowService.describeNamespace({ namespace });
  return { clusterId: clusterId ?? '', namespaceId: namespaceInfo?.id ?? '', namespace };
}
