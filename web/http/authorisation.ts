import type { FastifyInstance, FastifyRequest } from 'fastify';
import { HoldfastError } from '../../contract/errors';
import { checkAccountId } from '../../contract/ids';
import { type Scope, SERVICE_CLAIM, SERVICE_SCOPES } from '../../contract/scopes';
import { TokenRefusal } from '../../tokens/refusal';
import type { Authenticate } from './authentication';
import { mayUse, type Principal, scopeClaimOf } from './tokens/principal';

declare module 'fastify' {
  interface FastifyRequest {
    /** The caller that the request's token names, or the error of a missing or wrong token. */
    principal: Principal | HoldfastError | null;
    /** The account that the request is about, which its token may access. */
    accountId: string;
  }
  interface FastifyContextConfig {
    /** What a token needs for this route. */
    scope?: Scope;
  }
}

/** The name by which an account's own token may call its account. */
const OWN_ACCOUNT = 'me';

/**
 * Reads every request's token, but refuses none yet: requests without a valid token are counted
 * against a limit first.
 */
export function addAuthentication(app: FastifyInstance, authenticate: Authenticate): void {
  app.decorateRequest('principal', null);
  app.decorateRequest('accountId', '');
  app.addHook('onRequest', async (request) => {
    const { authorization } = request.headers;
    request.principal = await orRefusal(request, authenticate(authorization));
  });
}

/** The caller, or why the token isn't accepted, which the log is told as well. */
export function orRefusal(
  { log }: FastifyRequest,
  principal: Promise<Principal>,
): Promise<Principal | HoldfastError> {
  return principal.catch((error: HoldfastError) => {
    if (error instanceof TokenRefusal) {
      const { check, claimed } = error;
      log.info({ check, claimed }, 'token refused');
    }
    return error;
  });
}

/**
 * The caller that a request's token names.
 *
 * @throws HoldfastError UNAUTHENTICATED, KEYS_UNAVAILABLE
 */
export function principalOf({ principal }: FastifyRequest): Principal {
  if (principal === null || principal instanceof HoldfastError) {
    throw principal ?? new HoldfastError('UNAUTHENTICATED', 'There is no token.');
  }
  return principal;
}

/**
 * Guards all routes about an account; a route without a scope can't be registered. Token and path
 * alone decide, before the body is read or anything is looked up. So the answer for another account
 * doesn't tell whether that account exists.
 */
export function guardAccounts(app: FastifyInstance): void {
  requireScopes(app);
  app.addHook('preParsing', async (request) => {
    request.accountId = accountFor(request);
  });
}

/** Guards all routes for services alone, as {@link guardAccounts} does. */
export function guardServices(app: FastifyInstance): void {
  requireScopes(app);
  app.addHook('preParsing', async (request) => {
    const principal = principalOf(request);
    if (principal.kind !== 'service') throw forServicesAlone();
    checkScope(principal, request.routeOptions.config.scope);
  });
}

function forServicesAlone(): HoldfastError {
  const message = `Only a service's token may ask for this: it needs the claim ${SERVICE_CLAIM}: true.`;
  return new HoldfastError('FORBIDDEN', message, { claim: SERVICE_CLAIM });
}

function requireScopes(app: FastifyInstance): void {
  app.addHook('onRoute', ({ config, url }) => {
    if (config?.scope === undefined) throw new Error(`${url} names no scope.`);
  });
}

function accountFor(request: FastifyRequest): string {
  const principal = principalOf(request);
  const { accountId: asked } = request.params as { accountId: string };
  if (principal.kind === 'account' && asked !== OWN_ACCOUNT && asked !== principal.name) {
    throw new HoldfastError(
      'FORBIDDEN',
      `This token is for another account. A service's token needs the claim ${SERVICE_CLAIM}: true.`,
      { claim: SERVICE_CLAIM },
    );
  }
  const { scope } = request.routeOptions.config;
  if (principal.kind === 'account' && scope !== undefined && SERVICE_SCOPES.includes(scope))
    throw forServicesAlone();
  checkScope(principal, scope);
  if (principal.kind === 'account') return principal.name;
  if (asked === OWN_ACCOUNT) {
    throw new HoldfastError(
      'FORBIDDEN',
      'A service token has no account of its own: name one in the path.',
    );
  }
  return checkAccountId(asked);
}

/** @throws HoldfastError FORBIDDEN if the token doesn't allow the scope */
export function checkScope(principal: Principal, scope: Scope | undefined): void {
  if (scope !== undefined && mayUse(principal, scope)) return;
  const claim = scopeClaimOf(principal);
  const message =
    principal.scopeClaim === null
      ? `This token has no scopes${principal.kind === 'account' ? ', so it only reads' : ''}: ${scope} must stand in its ${claim}.`
      : `This token's ${claim} lacks the scope ${scope}.`;
  throw new HoldfastError('FORBIDDEN', message, { scope, claim });
}
