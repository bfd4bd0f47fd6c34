/** Which Temporal: names can be given twice, these ids can't. */
export interface TemporalIdentity {
  clusterId: string;
  namespaceId: string;
  namespace: string;
}

export function isSameTemporal(one: TemporalIdentity, other: TemporalIdentity): boolean {
  return one.clusterId === other.clusterId && one.namespaceId === other.namespaceId;
}
