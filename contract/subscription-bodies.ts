import { z } from 'zod';
import {
  changedPlan,
  endedSubscription,
  grantedCycles,
  planChangeRequest,
  renewalRequest,
  renewed,
  subscribeRequest,
  subscriptionChange,
} from './subscription';

/** The bodies and answers of a subscription's commands over HTTP, without the ids and the key. */

const ids = { accountId: true, subscriptionId: true } as const;

export const subscribeBody = subscribeRequest.omit(ids).meta({
  examples: [{ planId: 'lite-monthly', paymentReference: 'inv-1001', timeZone: 'Europe/Berlin' }],
});

/** What a subscription begins with whose first payment is told before its beginning. */
export const subscriptionBeginning = subscribeRequest.pick({ planId: true, timeZone: true });

export const renewalBody = renewalRequest
  .omit({ ...ids, paymentReference: true })
  .extend({
    begins: subscriptionBeginning.optional().meta({
      description:
        'Subscribes by this payment where the subscription isn’t there yet. Without it such a payment is `SUBSCRIPTION_NOT_FOUND`.',
    }),
  })
  .meta({ examples: [{ paidAt: '2026-01-31T09:30:00.000Z' }] });

export const planChangeBody = planChangeRequest.omit({ ...ids, key: true }).meta({
  examples: [{ planId: 'professional-monthly', paymentReference: 'inv-1002' }],
});

const replayed = z.boolean().meta({
  description: 'Whether it had been carried out before: then this is what it did.',
});

export const subscribedAnswer = z
  .object({ ...grantedCycles.shape, replayed })
  .meta({ id: 'Subscribed' });
export const renewedAnswer = z.object({ ...renewed.shape, replayed }).meta({ id: 'Renewed' });
export const planChangedAnswer = z
  .object({ ...changedPlan.shape, replayed })
  .meta({ id: 'PlanChanged' });
export const subscriptionChangedAnswer = z
  .object({ ...subscriptionChange.shape, replayed })
  .meta({ id: 'SubscriptionChanged' });
export const subscriptionEndedAnswer = z
  .object({ ...endedSubscription.shape, replayed })
  .meta({ id: 'SubscriptionEnded' });

export type SubscriptionBeginning = z.output<typeof subscriptionBeginning>;
export type RenewedAnswer = z.output<typeof renewedAnswer>;
