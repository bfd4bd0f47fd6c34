import type { z } from 'zod';
import { type BillingEvent, billingEvent } from '../../contract/billing-event';
import { isReadVersion } from './api-version';
import { saidByCheckout } from './checkout';
import { saidByPaidInvoice, saidByUnpaidInvoice } from './invoice';
import {
  saidByClosedDispute,
  saidByOpenedDispute,
  saidByRefund,
  saidByRefundedCharge,
} from './money-back';
import { instantOf, type Said } from './said';
import {
  chargeShape,
  disputeShape,
  invoiceShape,
  refundShape,
  type StripeEvent,
  sessionShape,
  subscriptionShape,
} from './shapes';
import {
  saidByChangedSubscription,
  saidByEndedSubscription,
  saidByNewSubscription,
} from './subscription';

export const STRIPE = 'stripe';

type Reader = (object: unknown) => Said | null;

/** What an event says is read of its object, which is as Stripe documents it. */
function reader<Shape extends z.ZodType>(
  shape: Shape,
  said: (object: z.output<Shape>) => Said | null,
): Reader {
  return (object) => said(shape.parse(object));
}

const READERS: Readonly<Record<string, Reader>> = {
  'checkout.session.completed': reader(sessionShape, saidByCheckout),
  'checkout.session.async_payment_succeeded': reader(sessionShape, saidByCheckout),
  'invoice.paid': reader(invoiceShape, saidByPaidInvoice),
  'invoice.payment_failed': reader(invoiceShape, saidByUnpaidInvoice),
  'customer.subscription.created': reader(subscriptionShape, saidByNewSubscription),
  'customer.subscription.updated': reader(subscriptionShape, saidByChangedSubscription),
  'customer.subscription.deleted': reader(subscriptionShape, saidByEndedSubscription),
  'charge.refunded': reader(chargeShape, saidByRefundedCharge),
  'refund.created': reader(refundShape, saidByRefund),
  'refund.updated': reader(refundShape, saidByRefund),
  'charge.dispute.created': reader(disputeShape, saidByOpenedDispute),
  'charge.dispute.closed': reader(disputeShape, saidByClosedDispute),
};

/** The events that ask Holdfast for something: what an endpoint in Stripe has to send. */
export const STRIPE_EVENTS = Object.keys(READERS);

/**
 * An event of Stripe in Holdfast's words. One that asks for nothing keeps Stripe's name, and is
 * ignored. One that can't be read says why, and waits for an operator. A connected account's is
 * none of this installation's.
 *
 * @param newestVersion of Stripe's API that is known: the one of its package
 */
export function translated(event: StripeEvent, newestVersion: string): BillingEvent {
  const named = {
    source: STRIPE,
    eventId: event.id,
    occurredAt: instantOf(event.created),
    environment: event.livemode ? ('live' as const) : ('test' as const),
  };
  const plain = { ...named, type: nameOf(event) };
  const read = Object.hasOwn(READERS, event.type) ? READERS[event.type] : undefined;
  if (read === undefined || event.account !== undefined) return plain;
  if (!isReadVersion(event.api_version, newestVersion))
    return { ...plain, problem: 'BILLING_API_VERSION' };
  try {
    const said = read(event.data.object);
    return billingEvent.parse({ ...plain, ...said });
  } catch {
    return { ...plain, problem: 'BILLING_EVENT_UNREADABLE' };
  }
}

const NAME_LENGTH_MAX = 64;

function nameOf({ type, account }: StripeEvent): string {
  const name = account === undefined ? type : `connect.${type}`;
  return name.slice(0, NAME_LENGTH_MAX).replace(/[._-]+$/, '');
}
