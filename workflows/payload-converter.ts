import {
  ApplicationFailure,
  defaultPayloadConverter,
  type Payload,
  type PayloadConverter,
} from '@temporalio/common';
import { decode } from '@temporalio/common/lib/encoding';

/** The encoding of a payload that is still encrypted, by the codec of codec/payload-codec.ts. */
const ENCRYPTED = 'binary/encrypted';

/**
 * Whether a payload that can't be read is left out instead. The memo and the result of an earlier
 * run, which no workflow reads, are decoded before anything could refuse them.
 */
let leavesOut = false;

/**
 * Replaces the SDK's payload converter in the workflow bundle, and in workers that have a codec. A
 * payload that can't be read (of an unknown key or encoding, or no JSON) has a code.
 */
export const payloadConverter: PayloadConverter = {
  toPayload: (...value) => defaultPayloadConverter.toPayload(...value),
  fromPayload: (...payload) => {
    try {
      return defaultPayloadConverter.fromPayload(...payload);
    } catch {
      if (leavesOut) return undefined as never;
      throw unreadable(payload[0]);
    }
  },
};

/** Leaves out what can't be read, until it is called with `false`. */
export function leaveOutUnreadable(isLeftOut: boolean): void {
  leavesOut = isLeftOut;
}

/** Whether a payload is encrypted by a key that this worker doesn't have. */
export function isEncrypted(payload: Payload): boolean {
  return encodingOf(payload) === ENCRYPTED;
}

/** Whether an error is that of a payload that can't be read. */
export function isUnreadable(error: unknown): error is ApplicationFailure {
  return error instanceof ApplicationFailure && error.type === 'PAYLOAD_UNREADABLE';
}

function unreadable(payload: Payload): ApplicationFailure {
  return ApplicationFailure.nonRetryable(
    isEncrypted(payload)
      ? 'A payload is encrypted by a key that the worker doesn’t have, or was changed.'
      : `The worker can’t read a payload of the encoding ${JSON.stringify(encodingOf(payload))}.`,
    'PAYLOAD_UNREADABLE',
  );
}

/** Its encoding, cut to what an error's message can hold. */
function encodingOf({ metadata }: Payload): string {
  const { encoding } = metadata ?? {};
  return encoding ? decode(encoding).slice(0, 60) : '';
}
