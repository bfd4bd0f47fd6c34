import { randomUUID } from 'node:crypto';
import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { type ErrorCode, HoldfastError } from '../../contract/errors';
import { PROBLEM_TYPE, problemOf } from './problems';

const CODE_BY_NODE_CODE: Partial<Record<string, ErrorCode>> = {
  HPE_HEADER_OVERFLOW: 'HEADERS_TOO_LARGE',
  ERR_HTTP_REQUEST_TIMEOUT: 'REQUEST_TIMED_OUT',
};

const MESSAGES: Partial<Record<ErrorCode, string>> = {
  HEADERS_TOO_LARGE: 'The headers are too large.',
  REQUEST_TIMED_OUT: 'The request did not arrive in time. Nothing was done.',
};

/**
 * Answers what is no HTTP request, or doesn't arrive in time. No route sees it, so the answer is
 * written to the socket.
 */
export function answerBrokenRequest(error: Error & { code?: string }, socket: Socket): void {
  if (!socket.writable || error.code === 'ECONNRESET') {
    socket.destroy();
    return;
  }
  const code = CODE_BY_NODE_CODE[error.code ?? ''] ?? 'MALFORMED_REQUEST';
  const message = MESSAGES[code] ?? 'This is no HTTP request.';
  const problem = problemOf(new HoldfastError(code, message), randomUUID());
  const body = JSON.stringify(problem);
  const head = [
    `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status]}`,
    `Content-Type: ${PROBLEM_TYPE}`,
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Connection: close',
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
}
