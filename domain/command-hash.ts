import type { ProvenCommand } from '../contract/proof';
import { hashOf } from './hash';

/** The hash by which a proof names its command: what is asked for, with all ids and keys. */
export function commandHashOf(command: ProvenCommand, request: object): string {
  return hashOf({ command, request });
}
