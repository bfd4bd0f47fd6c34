import { log } from '@temporalio/activity';
import {
  type BillingEventKey,
  type BillingEventRecord,
  parseBillingEventKey,
} from '../contract/billing-event';
import { HoldfastError } from '../contract/errors';
import type { Outcome } from '../contract/outcome';
import type { CheckProof } from '../contract/proof';
import type { SubscriptionKey } from '../contract/subscription';
import type { Ledger } from '../ledger/ledger';
import { parsedActivity } from './support/refusals';

/** How many of an account's events are tried with one. */
const TRIED_MAX = 100;
/** What one event has made possible may make another possible. */
const ROUNDS_MAX = 10;

/** The ledger's side of what billing systems tell. */
export interface BillingActivities {
  /**
   * Applies an event, together with the account's others that are not applied yet, in the order of
   * what they tell. What can't be applied yet is `waiting`; what never can is `failed`.
   */
  applyBillingEvent(key: BillingEventKey): Promise<Outcome<BillingEventRecord>>;
}

export interface BillingActivitiesOptions {
  ledger: Ledger;
  /** The environment of the billing systems that counts. */
  environment: 'live' | 'test';
  /** Tells the subscription's workflow that the ledger has changed, and starts one that was lost. */
  tellSubscription: (key: SubscriptionKey) => Promise<void>;
  /** Without it no event needs a proof. Events have none. */
  checkProof?: CheckProof;
}

export function createBillingActivities({
  ledger: { billing },
  environment,
  tellSubscription,
  checkProof,
}: BillingActivitiesOptions): BillingActivities {
  /** Events that can never be applied must not stop those behind them. */
  async function applyOrFail(key: BillingEventKey): Promise<Outcome<BillingEventRecord>> {
    try {
      if (checkProof) {
        const unproven = await proofRefusal(checkProof, await billing.get(key));
        if (unproven) return billing.fail(key, unproven.code);
      }
      return await billing.apply(key, environment);
    } catch (error) {
      if (!(error instanceof HoldfastError) || !NEVER_APPLIED.has(error.code)) throw error;
      log.warn('An event of a billing system can’t be applied.', { ...key, error });
      return billing.fail(key, error.code);
    }
  }

  /** Applies what is pending until a round has applied nothing. */
  async function applyPending(accountId: string): Promise<void> {
    for (let round = 0; round < ROUNDS_MAX; round += 1) {
      let applied = 0;
      for (const key of await billing.pending(accountId, TRIED_MAX)) {
        const outcome = await applyOrFail(key);
        if (outcome.ok && outcome.value.state === 'applied') applied += 1;
      }
      if (applied === 0) return;
    }
  }

  return {
    applyBillingEvent: parsedActivity(parseBillingEventKey, async (key) => {
      const event = await billing.get(key);
      if (event?.endedAt === null && event.accountId !== null) await applyPending(event.accountId);
      const outcome = await applyOrFail(key);
      if (outcome.ok) await tellOfChange(outcome.value, tellSubscription);
      return outcome;
    }),
  };
}

/** What takes credits, or gives back what it has frozen. */
const TAKING: ReadonlySet<string> = new Set([
  'payment-refunded',
  'dispute-opened',
  'dispute-closed',
]);

const NEVER_APPLIED: ReadonlySet<string> = new Set(['VALUE_NOT_STORABLE', 'LEDGER_RULE_BROKEN']);

/** A login that writes events could add credits by them: where proofs are required, none are. */
async function proofRefusal(checkProof: CheckProof, event: BillingEventRecord | null) {
  if (event === null || event.endedAt !== null) return undefined;
  // Money that goes back names its payment as well, and takes credits.
  const isPaid = typeof event.event.paymentReference === 'string';
  if (!isPaid || TAKING.has(event.type)) return undefined;
  // One that names no account may be of its customer's.
  return checkProof('billingEvent', { accountId: event.accountId ?? '*' }, undefined);
}

async function tellOfChange(
  { state, accountId, subscriptionId }: BillingEventRecord,
  tellSubscription: BillingActivitiesOptions['tellSubscription'],
): Promise<void> {
  if (state !== 'applied' || accountId === null || subscriptionId === null) return;
  await tellSubscription({ accountId, subscriptionId });
}
