import { parseCookie, stringifySetCookie } from 'cookie';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { HoldfastError } from '../../contract/errors';
import { parse } from '../../contract/parse';
import type { Authenticate, Principal } from '../http/authentication';
import { checkScope } from '../http/authorisation';
import { PAGE_READS } from '../http/scopes';

const NAME = 'holdfast-session';
/** For the pages alone: the API takes tokens in the header, so no other site can make a browser use one. */
const COOKIE = { name: NAME, path: '/credits', httpOnly: true, sameSite: 'strict' } as const;
/** Browsers drop a cookie of more than 4,096 bytes without a word. */
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

/** Whoever could begin a session from elsewhere could let somebody buy credits for an account that isn't his. */
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

/** @throws HoldfastError UNAUTHENTICATED, FORBIDDEN, KEYS_UNAVAILABLE */
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

/** Tells by the cookie alone who asks, as the API does by the header, so that limits and the log know it too. */
export function addCookieAuthentication(app: FastifyInstance, authenticate: Authenticate): void {
  app.addHook('onRequest', async (request) => {
    const token = tokenIn(request);
    request.principal =
      token === undefined
        ? new HoldfastError('UNAUTHENTICATED', 'There is no session.')
        : await accountBy(authenticate, token).catch((error: HoldfastError) => error);
  });
}

export function endSession(reply: FastifyReply): void {
  reply.header('set-cookie', stringifySetCookie({ ...COOKIE, value: '', expires: new Date(0) }));
}
