import { parseCookie, stringifySetCookie } from 'cookie';
import type { FastifyReply, FastifyRequest } from 'fastify';

const NAME = 'holdfast-session';
/**
 * The cookie is for the pages alone. The API takes tokens in a header, which no other site can make
 * a browser send.
 */
const COOKIE = { name: NAME, path: '/credits', httpOnly: true, sameSite: 'strict' } as const;

/** The token in the request's cookie, unchecked. */
export function tokenIn({ headers }: FastifyRequest): string | undefined {
  return parseCookie(headers.cookie ?? '')[NAME];
}

/** The session ends with its token. */
export function beginSession(
  { protocol }: FastifyRequest,
  reply: FastifyReply,
  token: string,
  expiresAtMs: number,
): FastifyReply {
  const secure = protocol === 'https';
  const session = { ...COOKIE, value: token, expires: new Date(expiresAtMs), secure };
  return reply.header('set-cookie', stringifySetCookie(session));
}

export function endSession(reply: FastifyReply): FastifyReply {
  const ended = { ...COOKIE, value: '', expires: new Date(0) };
  return reply.header('set-cookie', stringifySetCookie(ended));
}
