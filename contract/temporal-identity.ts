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

/** Asks a connection for the ids of the namespace and of its cluster. */
export async function identityOf(
  connection: IdentifiedConnection,
  namespace: string,
): Promise<TemporalIdentity> {
  const { namespaceInfo } = await connection.workflowService.describeNamespace({ namespace });
  const clusterId = await clusterIdOf(connection);
  return { clusterId, namespaceId: namespaceInfo?.id ?? '', namespace };
}

/** Empty where it can't be had: a key of the namespace alone may not ask for it. */
async function clusterIdOf({ workflowService }: IdentifiedConnection): Promise<string> {
  try {
    return (await workflowService.getClusterInfo({})).clusterId ?? '';
  } catch {
    return '';
  }
}

/** A namespace keeps its id when it fails over to another cluster, with all of its workflows. */
export function isSameTemporal(one: TemporalIdentity, other: TemporalIdentity): boolean {
  return one.namespaceId === other.namespaceId;
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
  return `${namespace} (${namespaceId})${clusterId === '' ? '' : ` in cluster ${clusterId}`}`;
}
