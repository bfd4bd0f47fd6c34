import { encodingKeys, RawValue } from '@temporalio/common';

/** A payload as a client in another language may send it: any bytes, declared as JSON. */
export function rawJson(json: string | Uint8Array): RawValue {
  const data = typeof json === 'string' ? Buffer.from(json) : json;
  return RawValue.fromPayload({
    metadata: { encoding: encodingKeys.METADATA_ENCODING_JSON },
    data,
  });
}

/** `[[[…]]]`, deeper than JSON.stringify can write. */
export function nestedJson(levels: number): string {
  return `${'['.repeat(levels)}${']'.repeat(levels)}`;
}
