import { checkAccountId } from '../contract/ids';
import type { Outcome } from '../contract/outcome';
import type { TopUpStep } from '../contract/top-up';
import type { Ledger } from '../ledger/ledger';
import { parsedActivity } from './support/refusals';

export interface TopUpActivities {
  /** Opens the purchase of a top-up where one is due; safe to repeat. */
  beginTopUp(accountId: string): Promise<Outcome<TopUpStep>>;
}

interface TopUpActivitiesOptions {
  ledger: Pick<Ledger, 'topUps'>;
  /** Whether this worker can take money at all; without, no intent is written that nobody could pay. */
  hasPayments: boolean;
}

export function createTopUpActivities({
  ledger,
  hasPayments,
}: TopUpActivitiesOptions): TopUpActivities {
  return {
    beginTopUp: parsedActivity(checkAccountId, async (accountId) =>
      hasPayments
        ? ledger.topUps.begin(accountId)
        : { ok: true, value: { step: 'none', reason: 'PAYMENTS_NOT_CONFIGURED' }, replayed: false },
    ),
  };
}
