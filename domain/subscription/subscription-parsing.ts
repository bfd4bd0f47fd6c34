import { z } from 'zod';
import { checkAccountId, checkKey, checkPaymentReference, checkSubscriptionId } from '../ids';
import { type CodeByField, instant, parseShape, storableText } from '../parsing';
import type { PlanChangeBody, SubscribeBody } from './subscription';

/** Which subscription: its id is the caller's, and unique in the account for ever. */
export interface SubscriptionKey {
  accountId: string;
  subscriptionId: string;
}

export interface SubscribeRequest extends SubscriptionKey, SubscribeBody {}

/** The payment of the next unpaid cycle; its reference is the key. */
export interface RenewalRequest extends SubscriptionKey {
  paymentReference: string;
  /** ISO 8601 with an offset, never in the future; without it, it was paid when the ledger hears of it. */
  paidAt?: string;
}

/** A change that anybody may repeat with the same key. */
export interface SubscriptionChangeRequest extends SubscriptionKey {
  key: string;
}

/** One term of a subscription, whose end is to be booked. */
export interface TermKey extends SubscriptionKey {
  term: number;
}

export interface PlanChangeRequest extends SubscriptionChangeRequest, PlanChangeBody {}

const keyShape = z.strictObject({ accountId: z.unknown().optional(), subscriptionId: z.unknown().optional() });
const name = storableText(64);
const reference = z.unknown().optional();

const subscribeShape = keyShape.extend({
  planId: name,
  paymentReference: reference,
  timeZone: name.optional(),
});
const renewalShape = keyShape.extend({
  paymentReference: reference,
  paidAt: instant.optional(),
});
const changeShape = keyShape.extend({ key: z.unknown().optional() });
const planChangeShape = changeShape.extend({ planId: name, paymentReference: reference });
const termShape = keyShape.extend({ term: z.int32().min(1) });

const CODE_BY_FIELD: CodeByField = { planId: 'UNKNOWN_PLAN', timeZone: 'INVALID_TIME_ZONE', paidAt: 'INVALID_TIME' };

/** @throws HoldfastError INVALID_ACCOUNT_ID, INVALID_SUBSCRIPTION_ID, INVALID_ARGUMENT */
export function parseSubscriptionKey(raw: unknown): SubscriptionKey {
  return idsOf(parse(keyShape, raw));
}

/** @throws HoldfastError INVALID_ACCOUNT_ID, INVALID_SUBSCRIPTION_ID, UNKNOWN_PLAN, INVALID_PAYMENT_REFERENCE, INVALID_TIME_ZONE, INVALID_ARGUMENT */
export function parseSubscribe(raw: unknown): SubscribeRequest {
  const { planId, timeZone, paymentReference, ...ids } = parse(subscribeShape, raw);
  return {
    ...idsOf(ids),
    planId,
    paymentReference: checkPaymentReference(paymentReference),
    ...(timeZone !== undefined && { timeZone }),
  };
}

/** @throws HoldfastError INVALID_ACCOUNT_ID, INVALID_SUBSCRIPTION_ID, INVALID_PAYMENT_REFERENCE, INVALID_TIME, INVALID_ARGUMENT */
export function parseRenewal(raw: unknown): RenewalRequest {
  const { paidAt, paymentReference, ...ids } = parse(renewalShape, raw);
  const renewal = { ...idsOf(ids), paymentReference: checkPaymentReference(paymentReference) };
  return paidAt === undefined ? renewal : { ...renewal, paidAt };
}

/** @throws HoldfastError INVALID_ACCOUNT_ID, INVALID_SUBSCRIPTION_ID, INVALID_KEY, INVALID_ARGUMENT */
export function parseSubscriptionChange(raw: unknown): SubscriptionChangeRequest {
  const { key, ...ids } = parse(changeShape, raw);
  return { ...idsOf(ids), key: checkKey(key) };
}

/** @throws HoldfastError as {@link parseSubscriptionChange}, and UNKNOWN_PLAN, INVALID_PAYMENT_REFERENCE */
export function parsePlanChange(raw: unknown): PlanChangeRequest {
  const { key, planId, paymentReference, ...ids } = parse(planChangeShape, raw);
  const change = { ...idsOf(ids), key: checkKey(key), planId };
  if (paymentReference === undefined) return change;
  return { ...change, paymentReference: checkPaymentReference(paymentReference) };
}

/** @throws HoldfastError INVALID_ACCOUNT_ID, INVALID_SUBSCRIPTION_ID, INVALID_ARGUMENT */
export function parseTermKey(raw: unknown): TermKey {
  const { term, ...ids } = parse(termShape, raw);
  return { ...idsOf(ids), term };
}

function parse<Shape extends z.ZodType>(shape: Shape, raw: unknown): z.output<Shape> {
  return parseShape(shape, raw, 'subscription', CODE_BY_FIELD);
}

function idsOf({ accountId, subscriptionId }: { accountId?: unknown; subscriptionId?: unknown }): SubscriptionKey {
  return { accountId: checkAccountId(accountId), subscriptionId: checkSubscriptionId(subscriptionId) };
}
