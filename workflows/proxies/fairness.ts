import { sha256 } from '@noble/hashes/sha2';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils';

/** The server takes 64 bytes at most, and account ids may be longer. */
const FAIRNESS_KEY_LENGTH_MAX = 64;

export function fairnessKeyOf(accountId: string): string {
  if (accountId.length <= FAIRNESS_KEY_LENGTH_MAX) return accountId;
  return bytesToHex(sha256(utf8ToBytes(accountId)));
}
