import type { FastifyError, FastifyInstance, FastifyRequest } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { HoldfastError } from '../../contract/errors';
import { accountId } from '../../contract/ids';
import { parse } from '../../contract/parse';
import { PAGE_READS } from '../../contract/scopes';
import type { Authenticate } from '../http/authentication';
import { checkScope, orRefusal, principalOf } from '../http/authorisation';
import { asHoldfastError, sendProblem } from '../http/problems';
import type { Principal } from '../http/tokens/principal';
import { checkOwnPage } from './own-page';
import { beginSession, tokenIn } from './session-cookie';

/** Browsers silently drop a cookie of more than 4,096 bytes. */
const TOKEN_LENGTH_MAX = 3_800;

const credentials = z.strictObject({
  token: z
    .string()
    .max(TOKEN_LENGTH_MAX)
    .regex(/^[\w-]+\.[\w-]*\.[\w-]*$/, 'is no JWT'),
  /** The account whose session the visitor wants to leave. */
  replaces: accountId.optional(),
});

/**
 * Adds the login. It counts once its token has been checked: with a valid one as a request of the
 * account, else as a refused login of the address, so that no visitor can keep others from it.
 */
export function addSession(app: FastifyInstance, authenticate: Authenticate): void {
  const count = app.rateLimit();
  app.setErrorHandler(async (error: FastifyError | HoldfastError, request, reply) => {
    const told = await count.call(app, request, reply).then(
      () => error,
      (exceeded) => exceeded,
    );
    return sendProblem(request, reply, asHoldfastError(told));
  });
  app.withTypeProvider<ZodTypeProvider>().post(
    '/credits/session',
    {
      config: { rateLimit: false, visitors: 'login' },
      schema: { hide: true, body: credentials },
      // Before the body is read.
      onRequest: async (request) => checkOwnPage(request),
    },
    async (request, reply) => {
      const { token, replaces } = parse(credentials, request.body, 'body');
      request.principal = await orRefusal(request, accountBy(authenticate, token));
      await count.call(app, request, reply);
      const principal = principalOf(request);
      await checkNoOther(request, authenticate, principal, replaces);
      return beginSession(request, reply, token, principal.expiresAtMs).code(204).send();
    },
  );
}

/**
 * A link may log in to any account. It replaces the session of another one only if the visitor says
 * so: else the visitor would see, and buy credits for, an account of the link's author.
 */
async function checkNoOther(
  request: FastifyRequest,
  authenticate: Authenticate,
  { name }: Principal,
  replaces: string | undefined,
): Promise<void> {
  const session = await sessionOf(request, authenticate);
  if (session instanceof HoldfastError || [name, replaces].includes(session.name)) return;
  const message = `You are logged in as ${session.name}, and this login is for ${name}.`;
  throw new HoldfastError('SESSION_EXISTS', message, {
    accountId: name,
    loggedInAs: session.name,
  });
}

/** The account whose session the request's cookie holds, or why there is none. */
export async function sessionOf(
  request: FastifyRequest,
  authenticate: Authenticate,
): Promise<Principal | HoldfastError> {
  const token = tokenIn(request);
  if (token === undefined) return new HoldfastError('UNAUTHENTICATED', 'There is no session.');
  return orRefusal(request, accountBy(authenticate, token));
}

/**
 * Reads the caller from the cookie alone, as the API does from the header, for the limits and the
 * log.
 */
export function addCookieAuthentication(app: FastifyInstance, authenticate: Authenticate): void {
  app.addHook('onRequest', async (request) => {
    request.principal = await sessionOf(request, authenticate);
  });
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
