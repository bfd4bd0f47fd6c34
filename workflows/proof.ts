import type { RecordedProof } from '../contract/proof';

const PROOF_LENGTH_MAX = 8_192;

/**
 * A command's proof as a further argument of its activity. A caller may send anything: what can be
 * no proof counts as none. Without one there is no argument, as in histories of earlier versions.
 */
export function recordedProof(said: unknown, recordedAtMs: number): [RecordedProof?] {
  if (typeof said !== 'string' || said.length > PROOF_LENGTH_MAX) return [];
  return [{ proof: said, recordedAt: new Date(recordedAtMs).toISOString() }];
}
