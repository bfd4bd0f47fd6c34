import { randomBytes } from 'node:crypto';
import type { CodecKey } from '../../contract/codec-keys';

/** A new key of this id. */
export function newKey(id: string): CodecKey {
  return { id, key: randomBytes(32).toString('base64') };
}

/** As a setting writes them. */
export function settingOf(keys: CodecKey[]): string {
  return keys.map(({ id, key }) => `${id}:${key}`).join(',');
}
