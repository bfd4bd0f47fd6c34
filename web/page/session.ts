import { parseCookie, stringifySetCookie } from 'cookie';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { HoldfastError } from '../../contract/errors';
import { parse } from '../../contract/parse';
import type { Authenticate } from '../http/authentication';
import { checkScope, orRefusal } from '../http/authorisation';
import { PAGE_READS } from '../http/scopes';
import type { Principal } from '../http/tokens/principal';

const NAME = 'holdfast-session';
/**
 * The cookie is for the pages alone. The API takes tokens in a header, which no other site can make
 * a browser send.
 */
const COOKIE = { name: NAME, path: '/credits', httpOnly: true, sameSite: 'strict' } as const;
/** Browsers silently drop a cookie of more than 4,096 bytes. */
const TOKEN_LENGTH_MAX = 3_800;

const credentials = z.strictObject({
  token: z
    .string()
    .max(TOKEN_LENGTH_MAX)
    .regex(/^[\w-]+\.[\w-]*\.[\w-]*$/, 'is no JWT'),
});

export function addSession(app: FastifyInstance, authenticate: Authenticate): void {
  app.withTypeProvider<ZodTypeProvider>().post(
    '/credits/session',
    {
      schema: { hide: true, body: credentials },
      // Before the body is read.
      onRequest: async (request) => checkOwnPage(request),
    },
    async ({ body, protocol }, reply) => {
      const { token } = parse(credentials, body, 'body');
      const { expiresAtMs } = await accountBy(authenticate, token);
      const session = {
        ...COOKIE,
        value: token,
        expires: new Date(expiresAtMs),
        secure: protocol === 'https',
      };
      return reply.code(204).header('set-cookie', stringifySetCookie(session)).send();
    },
  );
}

/**
 * A session must begin on this server's own page. Another site could otherwise log its visitor in
 * to an account of its choice, and the visitor would buy credits for that account.
 */
function checkOwnPage({ headers, host }: FastifyRequest): void {
  const { origin, 'sec-fetch-site': site } = headers;
  const isOwn =
    site === undefined ? origin === undefined || isAt(origin, host) : site === 'same-origin';
  if (!isOwn)
    throw new HoldfastError(
      'CROSS_SITE_REQUEST',
      'A session is begun by this server’s own page alone.',
    );
}

function isAt(origin: string, host: string): boolean {
  return URL.canParse(origin) && new URL(origin).host === host;
}

/**
 * The account that a token names.
 *
 * @throws HoldfastError UNAUTHENTICATED, FORBIDDEN, KEYS_UNAVAILABLE
 */
async function accountBy(authenticate: Authenticate, token: string): Promise<Principal> {
  const principal = await authenticate(`Bearer ${token}`);
  if (principal.kind !== 'account') {
    throw new HoldfastError(
      'FORBIDDEN',
      'A service has no credits page: this needs the token of an account.',
    );
  }
  for (const scope of PAGE_READS) checkScope(principal, scope);
  return principal;
}

export function tokenIn({ headers }: FastifyRequest): string | undefined {
  return parseCookie(headers.cookie ?? '')[NAME];
}

/**
 * Reads the caller from the cookie alone, as the API does from the header, for the limits and the
 * log.
 */
export function addCookieAuthentication(app: FastifyInstance, authenticate: Authenticate): void {
  app.addHook('onRequest', async (request) => {
    const token = tokenIn(request);
    request.principal =
      token === undefined
        ? new HoldfastError('UNAUTHENTICATED', 'There is no session.')
        : await orRefusal(request, accountBy(authenticate, token));
  });
}

export function endSession(reply: FastifyReply): void {
  reply.header('set-cookie', stringifySetCookie({ ...COOKIE, value: '', expires: new Date(0) }));
}
