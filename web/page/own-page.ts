import type { FastifyRequest } from 'fastify';
import { HoldfastError } from '../../contract/errors';

/**
 * A session must begin on this server's own page. Another site could otherwise log its visitor in
 * to an account of its choice, and the visitor would buy credits for that account.
 *
 * @throws HoldfastError CROSS_SITE_REQUEST
 */
export function checkOwnPage({ headers, host }: FastifyRequest): void {
  const { origin, 'sec-fetch-site': site } = headers;
  const isOwn =
    site === undefined ? origin === undefined || isAt(origin, host) : site === 'same-origin';
  if (!isOwn) throw otherSite();
}

/**
 * As {@link checkOwnPage}, for a form. A browser that names no site sends no origin with a form of
 * these pages, and the cookie only with this site's own.
 *
 * @throws HoldfastError CROSS_SITE_REQUEST
 */
export function checkOwnForm({ headers }: FastifyRequest): void {
  const site = headers['sec-fetch-site'];
  if (site !== undefined && site !== 'same-origin') throw otherSite();
}

function otherSite(): HoldfastError {
  return new HoldfastError(
    'CROSS_SITE_REQUEST',
    'A session is begun, ended and read by this server’s own page alone.',
  );
}

function isAt(origin: string, host: string): boolean {
  return URL.canParse(origin) && new URL(origin).host === host;
}
