import { sha256 } from '@noble/hashes/sha2';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils';
import { canonicalJson } from '../contract/json';

/**
 * SHA-256 of a value's canonical JSON, in hexadecimal digits. It is pure JavaScript, because the
 * workflow sandbox has no node:crypto.
 */
export function hashOf(value: unknown): string {
  return bytesToHex(sha256(utf8ToBytes(canonicalJson(value))));
}
