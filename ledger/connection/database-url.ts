import { HoldfastError } from '../../contract/errors';

/** Modes that `pg` 8 takes for `verify-full` with a warning, and a later version will not. */
const VERIFYING = /([?&]sslmode=)(?:prefer|require|verify-ca)(?=&|$)/g;

/**
 * The URL, as `pg` is given it: every `sslmode` but `disable` and `no-verify` checks the server's
 * certificate and its name, unless the URL has `uselibpqcompat=true`.
 *
 * @throws HoldfastError INVALID_ARGUMENT without a URL
 */
export function checkingUrl(databaseUrl: string): string {
  if (typeof databaseUrl !== 'string' || databaseUrl === '')
    throw new HoldfastError(
      'INVALID_ARGUMENT',
      'databaseUrl is missing: the URL of the ledger’s Postgres, postgres://…, such as DATABASE_URL has.',
    );
  if (/[?&]uselibpqcompat=true(&|$)/.test(databaseUrl)) return databaseUrl;
  return databaseUrl.replace(VERIFYING, '$1verify-full');
}
