import type { HoldfastClient } from '../client/client';
import { HoldfastError } from '../contract/errors';
import { parse } from '../contract/parse';
import {
  type RenewedAnswer,
  renewalBody,
  type SubscriptionBeginning,
} from '../contract/subscription-bodies';

interface PaymentOfCycle {
  accountId: string;
  subscriptionId: string;
  paymentReference: string;
  paidAt?: string;
  begins?: SubscriptionBeginning;
  proof: { proof?: string };
}

/**
 * Tells of a payment in any order in which billing tells: before its subscription is there, after
 * `subscribe` or a plan change has named it, and any number of times. What is known already is
 * answered with what holds, because a billing system repeats what is refused for days.
 *
 * @throws HoldfastError as `subscriptions.renew` and, where it begins one, `subscriptions.subscribe`
 */
export async function payFor(
  subscriptions: HoldfastClient['subscriptions'],
  payment: PaymentOfCycle,
): Promise<RenewedAnswer> {
  const { begins, proof, paidAt, ...paid } = payment;
  parse(renewalBody, { paidAt, begins }, 'body');
  try {
    return await renew(subscriptions, payment);
  } catch (error) {
    if (isUsedFor(error, payment)) return whatHolds(subscriptions, payment);
    if (!begins || !isCode(error, 'SUBSCRIPTION_NOT_FOUND')) throw error;
  }
  try {
    const begun = await subscriptions.subscribe({ ...paid, ...begins }, proof);
    return { newTerm: true, ...begun };
  } catch (error) {
    // Another payment has begun it meanwhile.
    if (isCode(error, 'IDEMPOTENCY_CONFLICT')) return renew(subscriptions, payment);
    throw error;
  }
}

/**
 * A subscription that a payment begins starts when it is told. One that was paid before that, and is
 * told later, counts as paid now: its caller has said which subscription it is for.
 */
async function renew(
  subscriptions: HoldfastClient['subscriptions'],
  { begins, proof, paidAt, ...paid }: PaymentOfCycle,
): Promise<RenewedAnswer> {
  try {
    return await subscriptions.renew({ ...paid, paidAt }, proof);
  } catch (error) {
    const isEarly = isCode(error, 'PAYMENT_BEFORE_SUBSCRIPTION');
    // By its key it may have been taken so before.
    const wasEarly = isCode(error, 'IDEMPOTENCY_CONFLICT') && pays(error) === undefined;
    if (!begins || paidAt === undefined || !(isEarly || wasEarly)) throw error;
    return subscriptions.renew(paid, proof);
  }
}

/** Whether that very subscription has used the payment: as its first one, or for a plan change. */
function isUsedFor(error: unknown, { subscriptionId }: PaymentOfCycle): boolean {
  if (!isCode(error, 'IDEMPOTENCY_CONFLICT')) return false;
  const { earlier } = error.details as { earlier?: { subscriptionId?: string } };
  return pays(error) !== undefined && earlier?.subscriptionId === subscriptionId;
}

/** What a payment that is known by its reference has paid; undefined of one known by its key. */
function pays({ details }: HoldfastError): string | undefined {
  return (details as { earlier?: { pays?: string } }).earlier?.pays;
}

async function whatHolds(
  subscriptions: HoldfastClient['subscriptions'],
  { accountId, subscriptionId }: PaymentOfCycle,
): Promise<RenewedAnswer> {
  const subscription = await subscriptions.get(accountId, subscriptionId);
  if (subscription) return { newTerm: false, granted: [], subscription, replayed: true };
  throw new HoldfastError('SUBSCRIPTION_NOT_FOUND', `There is no subscription ${subscriptionId}.`);
}

function isCode(error: unknown, code: HoldfastError['code']): error is HoldfastError {
  return error instanceof HoldfastError && error.code === code;
}
