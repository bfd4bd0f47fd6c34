/** The first version whose invoices name their subscription and prices as they are read here. */
const OLDEST_DAY = '2025-03-31';

/**
 * Whether events of a version of Stripe's API are read. A version is its day and the name of its
 * release, within which Stripe only adds: `2026-10-28.endive`. So a later day of the newest release
 * that is known is read, and a later release isn't.
 */
export function isReadVersion(version: string | null, newest: string): boolean {
  const [day = '', release] = (version ?? '').split('.');
  const [newestDay = '', newestRelease] = newest.split('.');
  if (!/^\d{4}-\d\d-\d\d$/.test(day) || release === undefined) return false;
  return day >= OLDEST_DAY && (day <= newestDay || release === newestRelease);
}
