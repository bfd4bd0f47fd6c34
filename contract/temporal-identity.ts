import { z } from 'zod';

/** Which Temporal: names can be given twice, these ids can't. */
export const temporalIdentity = z.object({
  clusterId: z.string(),
  namespaceId: z.string(),
  namespace: z.string(),
});

export type TemporalIdentity = z.output<typeof temporalIdentity>;

export function isSameTemporal(one: TemporalIdentity, other: TemporalIdentity): boolean {
  return one.clusterId === other.clusterId && one.namespaceId === other.namespaceId;
}
