import { operatorLimitsOf } from './limits';
import { type Account, type Answer, refused, type World } from './state';
import { DAY_MS, HOUR_MS, iso } from './time';

const DECLINES_MAX = 15;
const HOURLY_MAX = 10;

/** From when on the account's attempts count. */
export const declinesFrom = (account: Account, at: number): number =>
  Math.max(at - 30 * DAY_MS, account.declinesForgottenAt ?? Number.NEGATIVE_INFINITY);

/** Too many attempts have bought nothing: declined or undecided in 30 days, or any in an hour. */
export function attemptsRefused(world: World, account: Account, at: number): Answer | null {
  const purchases = [...account.purchases.values()];
  const from = declinesFrom(account, at);
  const said = operatorLimitsOf(world, account.id)?.limits.declinesMax ?? DECLINES_MAX;
  const declinesMax = Math.max(said, 1);
  const declined = purchases.filter(
    ({ openedAt, status }) => openedAt > from && (status === 'open' || status === 'declined'),
  );
  const lately = purchases.filter(
    ({ openedAt, status, body }) =>
      openedAt > Math.max(from, at - HOUR_MS) && status !== 'granted' && body !== null,
  );
  return (
    exceeded(declined.map(opened), declinesMax, 'P30D', 30 * DAY_MS) ??
    exceeded(lately.map(opened), HOURLY_MAX, 'PT1H', HOUR_MS)
  );
}

const opened = ({ openedAt }: { openedAt: number }): number => openedAt;

/** There is room for one when the oldest of those that may be there together counts no more. */
function exceeded(times: number[], attempts: number, within: string, ms: number): Answer | null {
  const oldest = times.sort((a, b) => b - a)[attempts - 1];
  if (oldest === undefined) return null;
  return refused('PAYMENT_ATTEMPTS_EXCEEDED', { attempts, within, retryAt: iso(oldest + ms) });
}
