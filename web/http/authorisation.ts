import type { FastifyInstance, FastifyRequest } from 'fastify';
import { HoldfastError } from '../../contract/errors';
import { checkAccountId } from '../../contract/ids';
import { type Authenticate, mayUse, type Principal } from './authentication';
import type { Scope } from './scopes';

declare module 'fastify' {
  interface FastifyRequest {
    /** Whom the request's token speaks for; or why it speaks for nobody. */
    principal: Principal | HoldfastError | null;
    /** The account that the request is about, and that its token reaches. */
    accountId: string;
  }
  interface FastifyContextConfig {
    /** What a service token needs for this route. */
    scope?: Scope;
  }
}

/** The name by which an account's own token may call its account. */
const OWN_ACCOUNT = 'me';

/** Tells who asks, and refuses nobody yet: how often somebody without a token may ask is counted first. */
export function addAuthentication(app: FastifyInstance, authenticate: Authenticate): void {
  app.decorateRequest('principal', null);
  app.decorateRequest('accountId', '');
  app.addHook('onRequest', async (request) => {
    request.principal = await authenticate(request.headers.authorization).catch(
      (error: HoldfastError) => error,
    );
  });
}

export function principalOf({ principal }: FastifyRequest): Principal {
  if (principal === null || principal instanceof HoldfastError) {
    throw principal ?? new HoldfastError('UNAUTHENTICATED', 'There is no token.');
  }
  return principal;
}

/**
 * For all routes about an account, so that none can be without it. Decided from token and path alone, before a body is
 * read or anything is looked up: the answer about another account is the same whether there is such an account or not.
 */
export function guardAccounts(app: FastifyInstance): void {
  app.addHook('onRoute', ({ config, url }) => {
    if (config?.scope === undefined) throw new Error(`${url} names no scope.`);
  });
  app.addHook('preParsing', async (request) => {
    request.accountId = accountFor(request);
  });
}

function accountFor(request: FastifyRequest): string {
  const principal = principalOf(request);
  const { accountId: asked } = request.params as { accountId: string };
  if (principal.kind === 'account' && asked !== OWN_ACCOUNT && asked !== principal.name) {
    throw new HoldfastError('FORBIDDEN', 'This token is for another account.');
  }
  checkScope(principal, request.routeOptions.config.scope);
  if (principal.kind === 'account') return principal.name;
  if (asked === OWN_ACCOUNT) {
    throw new HoldfastError(
      'FORBIDDEN',
      'A service token has no account of its own: name one in the path.',
    );
  }
  return checkAccountId(asked);
}

/** @throws HoldfastError FORBIDDEN */
export function checkScope(principal: Principal, scope: Scope | undefined): void {
  if (scope !== undefined && mayUse(principal, scope)) return;
  throw new HoldfastError('FORBIDDEN', `This token lacks the scope ${scope}.`, { scope });
}
