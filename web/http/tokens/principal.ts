import type { JWTPayload } from 'jose';
import { checkAccountId } from '../../../contract/ids';
import {
  includes,
  READ_SCOPES,
  SCOPE_CLAIMS,
  type Scope,
  SERVICE_CLAIM,
} from '../../../contract/scopes';
import { TokenRefusal } from '../../../tokens/refusal';

/** The caller that a valid token names: one account, or a product service. */
export interface Principal {
  kind: 'account' | 'service';
  /** The token's `sub`: the account's id, or the service's name. */
  name: string;
  scopes: ReadonlySet<string>;
  /** The claim that names the scopes; null if the token has none of those that could. */
  scopeClaim: string | null;
  /** The token's end. Streams and sessions that were begun with it end then. */
  expiresAtMs: number;
  /** Of what is signed of the token; the rest of its text can be written in several ways. */
  tokenHash: string;
}

/** Who calls, without what is the token's own. */
export type Identity = Omit<Principal, 'expiresAtMs' | 'tokenHash'>;

/** The claim to which a missing scope is to be added. */
export function scopeClaimOf({ kind, scopeClaim }: Principal): string {
  return scopeClaim ?? SCOPE_CLAIMS[kind][0];
}

/** @throws TokenRefusal */
export function identityIn(claims: JWTPayload): Identity {
  const service = claims[SERVICE_CLAIM];
  // A text such as "true" would silently make a service's token one of an account of that name.
  if (service !== undefined && typeof service !== 'boolean')
    throw new TokenRefusal(SERVICE_CLAIM, `The token's ${SERVICE_CLAIM} is no boolean.`);
  return service === true ? serviceIn(claims) : accountIn(claims);
}

function serviceIn(claims: JWTPayload): Identity {
  const { scopeClaim, scopes } = scopesIn(claims, SCOPE_CLAIMS.service);
  return { kind: 'service', name: subjectIn(claims), scopeClaim, scopes: scopes ?? new Set() };
}

function accountIn(claims: JWTPayload): Identity {
  const { scopeClaim, scopes } = scopesIn(claims, SCOPE_CLAIMS.account);
  const name = accountIdIn(claims);
  return { kind: 'account', name, scopeClaim, scopes: scopes ?? new Set(READ_SCOPES) };
}

export function subjectIn({ sub }: JWTPayload): string {
  if (typeof sub === 'string' && sub !== '') return sub;
  throw new TokenRefusal('sub', "The token's sub names no caller.");
}

export function accountIdIn(claims: JWTPayload): string {
  const subject = subjectIn(claims);
  try {
    return checkAccountId(subject);
  } catch {
    const message = `The token's sub is no account id, and without ${SERVICE_CLAIM} it is no service's.`;
    throw new TokenRefusal('sub', message);
  }
}

interface ScopesOfToken {
  scopeClaim: string | null;
  scopes: ReadonlySet<string> | null;
}

function scopesIn(claims: JWTPayload, names: readonly string[]): ScopesOfToken {
  const name = names.find((one) => claims[one] !== undefined);
  return name === undefined
    ? { scopeClaim: null, scopes: null }
    : { scopeClaim: name, scopes: scopesOf(name, claims[name]) };
}

/** Scopes are text with spaces between; `scp` may also be a list, as some servers write it. */
export function scopesOf(claim: string, value: unknown): ReadonlySet<string> {
  if (typeof value === 'string') return new Set(value.split(' '));
  const isList = Array.isArray(value) && value.every((scope) => typeof scope === 'string');
  if (claim === 'scp' && isList) return new Set(value);
  throw new TokenRefusal(claim, `The token's ${claim} is no text.`);
}

/** Whether the caller's token allows the scope. */
export function mayUse({ scopes }: Pick<Principal, 'scopes'>, scope: Scope): boolean {
  return includes(scopes, scope);
}
