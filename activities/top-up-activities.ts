import { checkAccountId } from '../contract/ids';
import type { Outcome } from '../contract/outcome';
import type { TopUpStep } from '../contract/top-up';
import type { Ledger } from '../ledger/ledger';
import { parsedActivity } from './support/refusals';

/** The ledger's side of top-ups. */
export interface TopUpActivities {
  /**
   * Records the intent of a top-up's purchase if one is due. A repetition returns the same
   * purchase. Refusals are values.
   */
  beginTopUp(accountId: string): Promise<Outcome<TopUpStep>>;
}

interface TopUpActivitiesOptions {
  ledger: Pick<Ledger, 'topUps'>;
  /**
   * Whether this worker can take money. Without it no intent is recorded, because nothing could be
   * charged for it.
   */
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
