import type { JWTPayload } from 'jose';
import type { Logger } from 'pino';
import {
  ACCOUNT_SCOPES,
  ALL_SCOPES,
  includes,
  type Scope,
  SERVICE_CLAIM,
  SERVICE_SCOPES,
} from '../../../contract/scopes';
import { forLog, TokenRefusal } from '../../../tokens/refusal';
import type { Verified } from '../../../tokens/verifier';
import { accountIdIn, type Identity, identityIn, scopesOf, subjectIn } from './principal';
import { checkType } from './token-type';

/** Says who calls. @throws TokenRefusal */
export type Identify = (verified: Verified) => Identity;

/** @throws TokenRefusal */
export function identify({ payload, protectedHeader }: Verified): Identity {
  checkType(protectedHeader.typ);
  return identityIn(payload);
}

const SUBJECTS_REMEMBERED = 10_000;

/**
 * The rules of 0.1.0, for the time in which an issuer changes its tokens: a token with a `scope` is a
 * service's, and an account's without `account_scope` allows everything. A token that has the claim
 * of a service is judged by the present rules. The log tells once of each subject what its token
 * lacks.
 */
export function identifyAsEarlier(log: Logger): Identify {
  log.warn('tokens are judged by the rules of 0.1.0: any token with a scope is a service');
  const told = new Set<string>();
  return (verified) => {
    const { payload, protectedHeader } = verified;
    if (payload[SERVICE_CLAIM] === true) return identify(verified);
    const earlier = earlierIdentityIn(payload);
    const missing = missingIn(earlier, verified);
    const subject = `${earlier.kind} ${earlier.name}`;
    if (missing.length > 0 && !told.has(subject)) {
      if (told.size >= SUBJECTS_REMEMBERED) told.clear();
      told.add(subject);
      const { kind, name } = earlier;
      const principal = { kind, name: forLog(name) };
      const fields = { principal, kid: forLog(protectedHeader.kid), missing };
      log.warn(fields, 'a token will be refused, or allow less');
    }
    return earlier;
  };
}

function earlierIdentityIn(claims: JWTPayload): Identity {
  const { scope, account_scope: narrowed } = claims;
  if (scope !== undefined) {
    const scopes = withoutNew(withTopUp(scopesOf('scope', scope)));
    return { kind: 'service', name: subjectIn(claims), scopeClaim: 'scope', scopes };
  }
  const name = accountIdIn(claims);
  const scopes =
    narrowed === undefined
      ? new Set<string>(ACCOUNT_SCOPES)
      : withTopUp(scopesOf('account_scope', narrowed));
  return { kind: 'account', name, scopeClaim: 'account_scope', scopes };
}

/** The automatic top-up was one of the settings. */
function withTopUp(scopes: ReadonlySet<string>): ReadonlySet<string> {
  return scopes.has('settings:write') ? new Set([...scopes, 'top-up:write']) : scopes;
}

/** What 0.1.0 did not have follows the present rules alone. */
function withoutNew(scopes: ReadonlySet<string>): ReadonlySet<string> {
  return new Set([...scopes].filter((scope) => !SERVICE_SCOPES.includes(scope as Scope)));
}

/** The claims and scopes for want of which the present rules allow less. */
function missingIn(earlier: Identity, verified: Verified): string[] {
  if (earlier.kind === 'account') return lackingIn(earlier, verified);
  const payload = { ...verified.payload, [SERVICE_CLAIM]: true };
  return [SERVICE_CLAIM, ...lackingIn(earlier, { ...verified, payload })];
}

function lackingIn(earlier: Identity, verified: Verified): string[] {
  try {
    const { scopes } = identify(verified);
    return ALL_SCOPES.filter(
      (scope) => includes(earlier.scopes, scope) && !includes(scopes, scope),
    );
  } catch (error) {
    if (error instanceof TokenRefusal) return [error.check];
    throw error;
  }
}
