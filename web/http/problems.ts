import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { ERROR_CATALOGUE, type ErrorCode, HoldfastError } from '../../contract/errors';
import { statusOf } from './status';
import { validationError } from './validation';

/** RFC 9457, with the catalogue's code and the error's figures beside its own members. */
export interface Problem {
  type: string;
  title: string;
  status: number;
  detail: string;
  /** The number under which the server's log has this request. */
  instance: string;
  code: ErrorCode;
  retryable: boolean;
  [figure: string]: unknown;
}

export const PROBLEM_TYPE = 'application/problem+json';

/** Their messages are for the operator: they name servers, users and queues. */
const INWARD: readonly ErrorCode[] = [
  'INTERNAL',
  'KEYS_UNAVAILABLE',
  'LEDGER_NOT_MIGRATED',
  'LEDGER_UNAVAILABLE',
  'NO_WORKER',
  'TEMPORAL_UNAVAILABLE',
];

export function problemOf(error: HoldfastError, requestNumber: string): Problem {
  const { code, message, details, retryable } = error;
  const { summary } = ERROR_CATALOGUE[code];
  const isInward = INWARD.includes(code);
  return {
    ...(!isInward && details),
    type: `urn:holdfast:error:${code}`,
    title: summary,
    status: statusOf(code),
    detail: isInward ? summary : message,
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

/** Whatever was thrown, as an error with a code of the catalogue. What Fastify calls the caller's fault stays that. */
export function asHoldfastError(error: FastifyError | HoldfastError): HoldfastError {
  if (error instanceof HoldfastError) return error;
  if (error.validation) return validationError(error.validation, error.validationContext);
  const code = CODE_BY_FASTIFY_CODE[error.code];
  if (code) return new HoldfastError(code, ERROR_CATALOGUE[code].summary, {}, { cause: error });
  const isCallers = error.statusCode !== undefined && error.statusCode >= 400 && error.statusCode < 500;
  const message = isCallers ? ERROR_CATALOGUE.MALFORMED_REQUEST.summary : error.message;
  return new HoldfastError(isCallers ? 'MALFORMED_REQUEST' : 'INTERNAL', message, {}, { cause: error });
}

/** What the caller is told; the rest of it the operator finds in the log. */
export function reportedProblem(request: FastifyRequest, error: HoldfastError): Problem {
  const problem = problemOf(error, request.id);
  if (problem.status >= 500) request.log.error({ code: error.code, err: error.cause ?? error }, 'failed');
  return problem;
}

export function sendProblem(request: FastifyRequest, reply: FastifyReply, error: HoldfastError): FastifyReply {
  const problem = reportedProblem(request, error);
  if (problem.status === 401) reply.header('www-authenticate', 'Bearer');
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
