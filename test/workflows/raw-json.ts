import { encodingKeys, RawValue } from '@temporalio/common';

/** What a client in another language may send: any bytes, said to be JSON. */
export function rawJson(json: string | Uint8Array): RawValue {
  const data = typeof json === 'string' ? Buffer.from(json) : json;
  return RawValue.fromPayload({
    metadata: { encoding: encodingKeys.METADATA_ENCODING_JSON },
    data,
  });
}

/** `[[[…]]]`, deeper than JavaScript's own JSON can be written. */
export function nestedJson(levels: number): string {
  return `${'['.repeat(levels)}${']'.repeat(levels)}`;
}
