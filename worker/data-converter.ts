import { join } from 'node:path';
import type { DataConverter, PayloadCodec } from '@temporalio/common';
import type { CodecConverter } from '../codec/data-converter';
import { HoldfastError } from '../contract/errors';

/** The worker's side of a codec: what it can't read is refused by workflows, and with a code. */
export function workerDataConverter({ payloadCodecs }: CodecConverter): DataConverter {
  return {
    payloadCodecs: payloadCodecs.map(passingUnreadable),
    payloadConverterPath: join(__dirname, 'payload-converter'),
    failureConverterPath: join(__dirname, 'failure-converter'),
  };
}

/**
 * Passes a payload that the codec can't read on as it is: an error here would fail the workflow's
 * task for ever, before workflows/unreadable-payloads.ts could judge it. Any other error, such as
 * that of a key service that is away, is thrown, so that the task is repeated.
 */
function passingUnreadable(codec: PayloadCodec): PayloadCodec {
  const decode: PayloadCodec['decode'] = async (payloads, context) => {
    try {
      return await codec.decode(payloads, context);
    } catch (error) {
      if (!isUnreadable(error)) throw error;
      if (payloads.length === 1) return payloads;
      const each = payloads.map((payload) => decode([payload], context));
      return (await Promise.all(each)).flat();
    }
  };
  return { encode: (payloads, context) => codec.encode(payloads, context), decode };
}

function isUnreadable(error: unknown): boolean {
  return error instanceof HoldfastError && error.code === 'PAYLOAD_UNREADABLE';
}
