import { HoldfastError } from './errors';
import type { TemporalIdentity } from './upkeep';

export type { TemporalIdentity } from './upkeep';

/**
 * The part of a connection that reads the identity; a worker's connection and a client's both have
 * it.
 */
interface IdentifiedConnection {
  workflowService: {
    getClusterInfo(asked: object): Promise<{ clusterId?: string | null }>;
    describeNamespace(asked: {
      namespace: string;
    }): Promise<{ namespaceInfo?: { id?: string | null } | null }>;
  };
}

/** Asks a connection for the ids of its cluster and of the namespace. */
export async function identityOf(
  connection: IdentifiedConnection,
  namespace: string,
): Promise<TemporalIdentity> {
  const { clusterId } = await connection.workflowService.getClusterInfo({});
  const { namespaceInfo } = await connection.workflowService.describeNamespace({ namespace });
  return { clusterId: clusterId ?? '', namespaceId: namespaceInfo?.id ?? '', namespace };
}

export function isSameTemporal(one: TemporalIdentity, other: TemporalIdentity): boolean {
  return one.clusterId === other.clusterId && one.namespaceId === other.namespaceId;
}

/**
 * Refuses another Temporal than the ledger's: its reconciliation would take the reservations of the
 * first for orphans.
 *
 * @throws HoldfastError TEMPORAL_IDENTITY_MISMATCH
 */
export function expectSameTemporal(recorded: TemporalIdentity, seen: TemporalIdentity): void {
  if (isSameTemporal(recorded, seen)) return;
  const message = `${mismatchInWords(recorded, seen)} See docs/how-to/runbook.md.`;
  throw new HoldfastError('TEMPORAL_IDENTITY_MISMATCH', message, { recorded, seen });
}

export function mismatchInWords(recorded: TemporalIdentity, seen: TemporalIdentity): string {
  return `The ledger belongs to namespace ${inWords(recorded)}, and this is ${inWords(seen)}.`;
}

function inWords({ namespace, namespaceId, clusterId }: TemporalIdentity): string {
  return `${namespace} (${namespaceId}) in cluster ${clusterId}`;
}
