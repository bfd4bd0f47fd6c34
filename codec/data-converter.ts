import type { DataConverter } from '@temporalio/common';
import type { CodecKey } from '../contract/codec-keys';
import { HoldfastError } from '../contract/errors';
import { createPayloadCodec } from './payload-codec';

/**
 * The part of Temporal's data converter that can be handed to Holdfast. The converters of payloads
 * and failures are Holdfast's own, since its workflows are bundled with them.
 */
export type CodecConverter = Required<Pick<DataConverter, 'payloadCodecs'>>;

/**
 * The data converter of a process: the one that was handed over, or the one of its keys. Undefined
 * without either: payloads stand in clear.
 *
 * @throws HoldfastError INVALID_ARGUMENT if there are both, or the one handed over has other parts
 */
export function dataConverterOf(
  keys: CodecKey[] | undefined,
  handedOver: DataConverter | undefined,
): CodecConverter | undefined {
  if (handedOver === undefined) return keys && { payloadCodecs: [createPayloadCodec(keys)] };
  const others = Object.entries(handedOver)
    .filter(([name, value]) => name !== 'payloadCodecs' && value !== undefined)
    .map(([name]) => name);
  if (others.length > 0)
    throw invalid(`Holdfast takes payloadCodecs of a dataConverter, and no ${others.join(', ')}.`);
  if (keys !== undefined)
    throw invalid('A dataConverter was handed over, and HOLDFAST_CODEC_KEYS is set: choose one.');
  return { payloadCodecs: handedOver.payloadCodecs ?? [] };
}

function invalid(message: string): HoldfastError {
  return new HoldfastError('INVALID_ARGUMENT', message);
}
