import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { ERROR_CATALOGUE } from '../../contract/error-catalogue';
import { type ErrorCode, HoldfastError } from '../../contract/errors';
import { errorCode } from '../../contract/outcome';
import { callerInLog } from './logging';
import { statusOf } from './status';

/**
 * A problem document (RFC 9457) with the catalogue's code, and the error's figures as further
 * members.
 */
const problem = z
  .looseObject({
    type: z.string().meta({ format: 'uri', description: '`urn:holdfast:error:` and the code.' }),
    title: z.string().meta({ description: 'What the code means.' }),
    status: z.int(),
    detail: z.string().meta({ description: 'What happened, for people.' }),
    instance: z
      .string()
      .meta({ format: 'uri', description: 'By this number the server’s log has the request.' }),
    code: errorCode.meta({
      type: 'string',
      description: 'One of docs/reference/errors.md; never renamed.',
    }),
    retryable: z
      .boolean()
      .meta({ description: 'Whether the very same request may succeed later.' }),
  })
  .meta({
    id: 'Problem',
    description: 'RFC 9457, with the error’s figures as further members.',
    examples: [
      {
        type: 'urn:holdfast:error:INSUFFICIENT_CREDITS',
        title: 'The account has fewer credits available than required.',
        status: 402,
        detail: 'This needs 40 credits and 31 are available: 9 short.',
        instance: 'urn:uuid:8b1f3d1c-6c0e-4f5b-9a53-0d6f8f2f3c11',
        code: 'INSUFFICIENT_CREDITS',
        retryable: false,
        ...{ required: 40, available: 31, shortfall: 9 },
        packs: [{ packId: 'pack-125', credits: 125, priceCents: 4900, currency: 'USD', count: 1 }],
      },
    ],
  });

export type Problem = z.output<typeof problem>;

export const PROBLEM_TYPE = 'application/problem+json';

/** Codes whose messages are for the operator alone: they name servers, users and queues. */
const INTERNAL_CODES: readonly ErrorCode[] = [
  'DATABASE_UNSUITABLE',
  'INPUT_KEY_UNKNOWN',
  'INTERNAL',
  'KEYS_UNAVAILABLE',
  'LEDGER_ACCESS_DENIED',
  'LEDGER_MISMATCH',
  'LEDGER_RESTORED',
  'LEDGER_NOT_MIGRATED',
  'LEDGER_TLS_FAILED',
  'LEDGER_UNAVAILABLE',
  'NO_WORKER',
  'PAYLOAD_UNREADABLE',
  'TEMPORAL_IDENTITY_MISMATCH',
  'TEMPORAL_UNAVAILABLE',
  'VERSION_TOO_OLD',
];

/** An error as a problem document; `requestNumber` identifies the request in the log. */
export function problemOf(error: HoldfastError, requestNumber: string): Problem {
  const { code, message, details, retryable } = error;
  const { summary } = ERROR_CATALOGUE[code];
  const isInternal = INTERNAL_CODES.includes(code);
  return {
    ...(!isInternal && details),
    type: `urn:holdfast:error:${code}`,
    title: summary,
    status: statusOf(code),
    detail: isInternal ? summary : message,
    instance: `urn:uuid:${requestNumber}`,
    code,
    retryable,
  };
}

const CODE_BY_FASTIFY_CODE: Partial<Record<string, ErrorCode>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: 'BODY_TOO_LARGE',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'UNSUPPORTED_MEDIA_TYPE',
  FST_ERR_MAX_PARAM_LENGTH: 'URL_TOO_LONG',
};

/**
 * Any error as one with a code of the catalogue. An error that Fastify blames on the caller is
 * MALFORMED_REQUEST.
 */
export function asHoldfastError(error: FastifyError | HoldfastError): HoldfastError {
  if (error instanceof HoldfastError) return error;
  const code = CODE_BY_FASTIFY_CODE[error.code];
  if (code) return new HoldfastError(code, ERROR_CATALOGUE[code].summary, {}, { cause: error });
  const isCallers =
    error.statusCode !== undefined && error.statusCode >= 400 && error.statusCode < 500;
  const message = isCallers ? ERROR_CATALOGUE.MALFORMED_REQUEST.summary : error.message;
  return new HoldfastError(
    isCallers ? 'MALFORMED_REQUEST' : 'INTERNAL',
    message,
    {},
    { cause: error },
  );
}

/** The problem document for the caller. The cause of a server's error goes to the log alone. */
export function reportedProblem(request: FastifyRequest, error: HoldfastError): Problem {
  const problem = problemOf(error, request.id);
  if (problem.status >= 500) {
    const { code } = error;
    request.log.error({ code, err: error.cause ?? error, ...callerInLog(request) }, 'failed');
  }
  return problem;
}

/** Answers a request with the problem document of an error. */
export function sendProblem(
  request: FastifyRequest,
  reply: FastifyReply,
  error: HoldfastError,
): FastifyReply {
  const problem = reportedProblem(request, error);
  if (problem.status === 401) reply.header('www-authenticate', 'Bearer');
  return sendDocument(reply, problem);
}

/** Answers with a problem document that is made already. */
export function sendDocument(reply: FastifyReply, problem: Problem): FastifyReply {
  const { retryAfterSeconds } = problem;
  if (typeof retryAfterSeconds === 'number') reply.header('retry-after', retryAfterSeconds);
  return reply
    .code(problem.status)
    .type(PROBLEM_TYPE)
    .serializer((payload: unknown) => JSON.stringify(payload))
    .send(problem);
}

export function addProblems(app: FastifyInstance): void {
  app.setErrorHandler((error: FastifyError | HoldfastError, request, reply) =>
    sendProblem(request, reply, asHoldfastError(error)),
  );
}
