import type { TemporalIdentity } from './reconciliation';

export type { TemporalIdentity } from './reconciliation';

export function isSameTemporal(one: TemporalIdentity, other: TemporalIdentity): boolean {
  return one.clusterId === other.clusterId && one.namespaceId === other.namespaceId;
}
