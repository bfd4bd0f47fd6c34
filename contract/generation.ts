import { z } from 'zod';
import { yearsOf } from './duration';
import { answered, coded, duration, instant, isStorable, name, whole } from './fields';
import { grantSource } from './grant';
import { accountId, requestId } from './ids';
import { INPUT_BYTES_MAX, isJson, type JsonValue } from './json';
import { type OwnProblem, parser } from './parse';
import { askedDimensions, dimensions } from './price';
import { waitRecord } from './waiting';

const METADATA_PAIRS_MAX = 20;

const input = z
  .custom<JsonValue>((value) => isJson(value), {
    error: 'not JSON, or nested more than 100 levels deep, or with an integer beyond ±(2^53 − 1)',
    abort: true,
  })
  .superRefine((value, context) => {
    const inputBytes = new TextEncoder().encode(JSON.stringify(value)).length;
    if (inputBytes <= INPUT_BYTES_MAX) return;
    context.addIssue({
      code: 'custom',
      message: `The input has ${inputBytes} bytes of JSON; ${INPUT_BYTES_MAX} is the most. Pass a reference instead.`,
      params: {
        code: 'INPUT_TOO_LARGE',
        details: { inputBytes, inputBytesMax: INPUT_BYTES_MAX },
      } satisfies OwnProblem,
    });
  });

// zod's records drop a member called `__proto__` silently, so metadata is checked by hand.
const metadata = z
  .custom<Record<string, string>>(
    isMetadata,
    `not at most ${METADATA_PAIRS_MAX} pairs of well-formed strings`,
  )
  .meta({
    type: 'object',
    additionalProperties: { type: 'string' },
    description: `Shown in the account's history; at most ${METADATA_PAIRS_MAX} pairs.`,
  });

const said = {
  kind: coded('UNKNOWN_KIND', name),
  ...askedDimensions.shape,
  input: coded('INVALID_INPUT', input).optional().meta({
    description: 'For the provider (prompt, script, image reference); 64 KB of JSON at most.',
  }),
  metadata: coded('INVALID_METADATA', metadata).optional(),
  maxCredits: coded('INVALID_MAX_CREDITS', whole(1))
    .optional()
    .meta({ description: 'A higher price is refused: PRICE_CHANGED.' }),
};

/**
 * How long the request may take to be admitted, and whether it waits for credits. These members are
 * no part of the idempotency body.
 */
const admissionOptions = {
  admitWithinSeconds: z
    .number()
    .positive()
    .max(86_400)
    .optional()
    .meta({ description: 'How long after its start it may still be admitted; 30 by default.' }),
  onInsufficientCredits: coded('INVALID_ON_INSUFFICIENT', z.enum(['reject', 'wait']))
    .optional()
    .meta({
      description:
        'Without enough credits: `reject` (the default), or `wait` in the account’s queue.',
    }),
  waitTimeout: coded(
    'INVALID_WAIT_TIMEOUT',
    duration.refine(
      (text) => yearsOf(text) > 0 && yearsOf(text) <= 1,
      'longer than nothing, and a year at most',
    ),
  )
    .optional()
    .meta({ description: 'Only with `wait`: for how long at most; `P1D` by default.' }),
  waitUntil: coded('INVALID_TIME', instant)
    .optional()
    .meta({ description: 'Only with `wait`, instead of `waitTimeout`: until when.' }),
};

/** Only the form is checked: the ledger judges by its own clock whether the deadline lies ahead. */
function checkWait(
  {
    onInsufficientCredits,
    waitTimeout,
    waitUntil,
  }: { [name in keyof typeof admissionOptions]?: unknown },
  context: z.RefinementCtx,
): void {
  const deadlines = [waitTimeout, waitUntil].filter((deadline) => deadline !== undefined);
  if (deadlines.length === 0 || (onInsufficientCredits === 'wait' && deadlines.length === 1))
    return;
  const message =
    deadlines.length > 1 ? 'send waitTimeout or waitUntil, not both' : "only 'wait' has a deadline";
  const params: OwnProblem = { code: 'INVALID_ON_INSUFFICIENT' };
  context.addIssue({ code: 'custom', message, params });
}

/** A generation request. */
export const generationRequest = z
  .strictObject({ accountId, requestId, ...said, ...admissionOptions })
  .superRefine(checkWait);

/**
 * A generation request as it starts its workflow. If it is about to be refused, it may have
 * `inputHash` in place of its input: its workflow asks for the input where it needs it. Published
 * JSON: the first argument of `generationWorkflow`.
 */
export const startedRequest = z
  .strictObject({
    ...{ accountId, requestId, ...said, ...admissionOptions },
    inputHash: z
      .string()
      .regex(/^[0-9a-f]{64}$/, 'a SHA-256 in hexadecimal digits')
      .optional()
      .meta({ description: 'The SHA-256 of the canonical JSON of the input, which comes later.' }),
  })
  .superRefine(checkWait)
  .refine(
    ({ input, inputHash, onInsufficientCredits }) =>
      inputHash === undefined || (input === undefined && onInsufficientCredits !== 'wait'),
    'inputHash stands in place of input, in a request that doesn’t wait',
  );

/** The input that a workflow asks for. */
export const lateInput = coded('INVALID_INPUT', input);

/** A generation request without its ids: the body of an HTTP request. */
export const generationBody = z
  .strictObject({ ...said, ...admissionOptions })
  .superRefine(checkWait)
  .meta({
    examples: [
      {
        kind: 'ai-avatar',
        seconds: 10,
        input: { script: 'Hello' },
        metadata: { project: 'launch' },
      },
    ],
  });

/**
 * The idempotency body: only what the caller sent about the generation itself. `input` is kept as
 * its hash, so that the body stays small.
 */
export const requestBody = z.object({
  ...z.object(said).omit({ input: true }).shape,
  inputHash: z.string().optional().meta({
    description: 'The SHA-256 of the input, or with `inputHashKey` an HMAC of that.',
  }),
  inputHashKey: z.string().optional().meta({
    description: 'The id of the codec’s key by which the ledger keeps `inputHash`.',
  }),
});

/**
 * A request's state in the ledger. `waiting`: it holds nothing yet. `committed` with the reason
 * `cancelled`: it was cancelled, and charged for what had been used by then. `released`: everything
 * came back, or it waited in vain; `reason` says why.
 */
const recordStatus = z.enum(['waiting', 'open', 'committed', 'released']);

const allocation = z.object({
  grantId: z.string(),
  source: grantSource,
  credits: answered.credits,
  charged: answered.credits,
});

export const recordFields = {
  kind: z.string().nullable(),
  ...dimensions.shape,
  catalogVersion: z.string().nullable(),
  reserved: answered.credits.meta({ description: 'The quote, which is the most that is charged.' }),
  charged: answered.credits,
  reason: z.string().nullable(),
  outputUrl: z.string().nullable(),
  reservedAt: answered.instant.nullable(),
  resolvedAt: answered.instant.nullable(),
};

export const recordEndFields = {
  wait: waitRecord.nullable().meta({ description: 'Null where it never had to wait for credits.' }),
  metadata: z.record(z.string(), z.string()),
  allocations: z.array(allocation),
};

/** The ledger's record of one generation. */
export const requestRecord = z.object({
  accountId: answered.id,
  requestId: z.string(),
  status: recordStatus,
  body: requestBody.nullable().meta({
    description:
      'Null for a tombstone (a release that came for a request which never reserved), and once it was erased.',
  }),
  ...recordFields,
  expiresAt: answered.instant.nullable().meta({
    description:
      'From when reconciliation asks Temporal whether the workflow lives; null once resolved.',
  }),
  ...recordEndFields,
});

export type GenerationRequest = z.output<typeof generationRequest>;
export type StartedRequest = z.output<typeof startedRequest>;
export type RequestBody = z.output<typeof requestBody>;
export type RequestRecord = z.output<typeof requestRecord>;
export type AllocationRecord = z.output<typeof allocation>;

function isMetadata(value: unknown): boolean {
  if (!isJson(value) || value === null || typeof value !== 'object' || Array.isArray(value))
    return false;
  const pairs = Object.entries(value);
  return (
    pairs.length <= METADATA_PAIRS_MAX &&
    pairs.every(([key, text]) => key !== '' && isText(key, 64) && isText(text, 512))
  );
}

function isText(text: JsonValue, lengthMax: number): boolean {
  return typeof text === 'string' && text.length <= lengthMax && isStorable(text);
}

/**
 * Checks everything about a request that needs no catalog.
 *
 * @throws HoldfastError INVALID_ACCOUNT_ID, INVALID_REQUEST_ID, UNKNOWN_KIND, INVALID_DURATION,
 *   DURATION_NOT_POSITIVE, INVALID_INPUT, INPUT_TOO_LARGE, INVALID_METADATA, INVALID_MAX_CREDITS,
 *   INVALID_ON_INSUFFICIENT, INVALID_WAIT_TIMEOUT, INVALID_TIME, INVALID_ARGUMENT (anything else)
 */
export const parseGenerationRequest = parser(generationRequest, 'request');

/** As {@link parseGenerationRequest}, for a request that may have been started without its input. */
export const parseStartedRequest = parser(startedRequest, 'request');
