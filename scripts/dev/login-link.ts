import { PAGE_SCOPES } from '../../contract/scopes';
import { signToken } from '../../tokens/sign-token';
import type { AuthOptions } from '../../web/http/authentication';

/** The login lasts for a developer's day. */
const VALIDITY = '12h';

/**
 * A link that logs in to the account's credits page; undefined if another issuer's keys check the
 * tokens.
 */
export async function loginLink(
  webUrl: string,
  auth: AuthOptions,
  accountId: string,
): Promise<string | undefined> {
  if (!('secret' in auth)) return undefined;
  const claims = { account_scope: PAGE_SCOPES.join(' ') };
  const token = await signToken(auth, accountId, claims, VALIDITY);
  // The part after the # stays in the browser, so that no log and no proxy sees the token.
  return `${webUrl}/credits/login#token=${token}`;
}
