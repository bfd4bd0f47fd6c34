import { SignJWT } from 'jose';
import type { AuthOptions } from '../../web/http/authentication';
import { PAGE_SCOPES } from '../../web/http/scopes';

/** A developer's day; the login ends with it. */
const VALIDITY = '12h';

/** A link that logs in to the account's credits page; undefined where somebody else issues the tokens. */
export async function loginLink(
  webUrl: string,
  auth: AuthOptions,
  accountId: string,
): Promise<string | undefined> {
  if (!('secret' in auth)) return undefined;
  const token = await new SignJWT({ account_scope: PAGE_SCOPES.join(' ') })
    .setProtectedHeader({ alg: 'HS256' })
    .setIssuer(auth.issuer)
    .setAudience(auth.audience)
    .setSubject(accountId)
    .setIssuedAt()
    .setExpirationTime(VALIDITY)
    .sign(new TextEncoder().encode(auth.secret));
  // After the # it stays in the browser: no server's log and no proxy sees it.
  return `${webUrl}/credits/login#token=${token}`;
}
