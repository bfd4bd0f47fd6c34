import { utf8ToBytes } from '@noble/hashes/utils';
import { z } from 'zod';
import { yearsOf } from '../duration';
import { HoldfastError } from '../errors';
import { checkAccountId, checkRequestId } from '../ids';
import { isJson, type JsonValue } from '../json';
import { type CodeByField, duration, instant, isStorable, parseShape, storableText } from '../parsing';
import { durationMsOf } from '../pricing/pricing';
import type { GenerationRequest } from './request';

const INPUT_BYTES_MAX = 64 * 1024;
const METADATA_PAIRS_MAX = 20;

const requestShape = z.strictObject({
  // A key of z.unknown() must be there; what is missing or wrong here gets a code of its own further down.
  accountId: z.unknown().optional(),
  requestId: z.unknown().optional(),
  kind: storableText(64),
  seconds: z.unknown().optional(),
  audio: z.boolean().optional(),
  // These two are passed on as they are: zod's own records and JSON drop a member called __proto__ without a word.
  input: z.custom<JsonValue>((value) => isJson(value), 'not JSON, or nested more than 100 levels deep').optional(),
  metadata: z
    .custom<Record<string, string>>(isMetadata, `not at most ${METADATA_PAIRS_MAX} pairs of well-formed strings`)
    .optional(),
  maxCredits: z.int().min(1).optional(),
  admitWithinSeconds: z.number().positive().max(86_400).optional(),
  onInsufficientCredits: z.enum(['reject', 'wait']).optional(),
  waitTimeout: duration
    .refine((text) => yearsOf(text) > 0 && yearsOf(text) <= 1, 'longer than nothing, and a year at most')
    .optional(),
  waitUntil: instant.optional(),
});

const CODE_BY_FIELD: CodeByField = {
  kind: 'UNKNOWN_KIND',
  input: 'INVALID_INPUT',
  metadata: 'INVALID_METADATA',
  maxCredits: 'INVALID_MAX_CREDITS',
  onInsufficientCredits: 'INVALID_ON_INSUFFICIENT',
  waitTimeout: 'INVALID_WAIT_TIMEOUT',
  waitUntil: 'INVALID_TIME',
};

/**
 * Checks everything about a request that needs no catalog.
 *
 * @throws HoldfastError INVALID_ACCOUNT_ID, INVALID_REQUEST_ID, UNKNOWN_KIND, INVALID_DURATION, DURATION_NOT_POSITIVE,
 *   INVALID_INPUT, INPUT_TOO_LARGE, INVALID_METADATA, INVALID_MAX_CREDITS, INVALID_ON_INSUFFICIENT,
 *   INVALID_WAIT_TIMEOUT, INVALID_TIME, INVALID_ARGUMENT (anything else)
 */
export function parseGenerationRequest(raw: unknown): GenerationRequest {
  const request = parseShape(requestShape, raw, 'request', CODE_BY_FIELD);
  if (request.seconds !== undefined) durationMsOf(request.seconds);
  checkSize(request.input);
  checkWait(request);
  return {
    ...(request as GenerationRequest),
    accountId: checkAccountId(request.accountId),
    requestId: checkRequestId(request.requestId),
  };
}

function checkSize(input: JsonValue | undefined): void {
  const inputBytes = input === undefined ? 0 : utf8ToBytes(JSON.stringify(input)).length;
  if (inputBytes <= INPUT_BYTES_MAX) return;
  throw new HoldfastError(
    'INPUT_TOO_LARGE',
    `The input has ${inputBytes} bytes of JSON; ${INPUT_BYTES_MAX} is the most. Pass a reference instead.`,
    { inputBytes, inputBytesMax: INPUT_BYTES_MAX },
  );
}

/** Whether the deadline lies ahead is judged by the ledger, whose clock it is about. */
function checkWait({ onInsufficientCredits, waitTimeout, waitUntil }: z.output<typeof requestShape>): void {
  const deadlines = [waitTimeout, waitUntil].filter((deadline) => deadline !== undefined);
  if (deadlines.length === 0 || (onInsufficientCredits === 'wait' && deadlines.length === 1)) return;
  const problem = deadlines.length > 1 ? 'send waitTimeout or waitUntil, not both' : "only 'wait' has a deadline";
  throw new HoldfastError('INVALID_ON_INSUFFICIENT', `The request is not valid: ${problem}.`);
}

function isMetadata(value: unknown): boolean {
  if (!isJson(value) || value === null || typeof value !== 'object' || Array.isArray(value)) return false;
  const pairs = Object.entries(value);
  return (
    pairs.length <= METADATA_PAIRS_MAX &&
    pairs.every(([key, text]) => key !== '' && isText(key, 64) && isText(text, 512))
  );
}

function isText(text: JsonValue, lengthMax: number): boolean {
  return typeof text === 'string' && text.length <= lengthMax && isStorable(text);
}
