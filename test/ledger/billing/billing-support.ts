import fc from 'fast-check';
import type { BillingEvent, BillingEventRecord } from '../../../contract/billing-event';
import { granted, newId, START } from '../ledger-support';
import { SubscriptionBooks } from '../subscription/subscription-support';

export const PRICES = {
  price_lite: { planId: 'lite-monthly' },
  price_pro: { planId: 'professional-monthly' },
  price_advanced: { planId: 'advanced-monthly' },
  price_pack: { packId: 'pack-125' },
};

/** A member of an event that a test states. */
export type Said = Partial<BillingEvent> & { type: string };

/** A ledger to which a billing system tells events. */
export class BillingBooks {
  readonly subs: SubscriptionBooks;

  private constructor(subs: SubscriptionBooks) {
    this.subs = subs;
  }

  static async open(): Promise<BillingBooks> {
    return new BillingBooks(await SubscriptionBooks.open({ billingPrices: PRICES }));
  }

  get books() {
    return this.subs.books;
  }

  get billing() {
    return this.books.ledger.billing;
  }

  async told(said: Said): Promise<BillingEventRecord> {
    return granted(this.billing.record(eventOf(said)));
  }

  async apply({ source, eventId }: { source: string; eventId: string }) {
    return granted(this.billing.apply({ source, eventId }, 'live'));
  }

  /** Tells an event and applies it, and nothing else of the account. */
  async tell(said: Said): Promise<BillingEventRecord> {
    return this.apply(await this.told(said));
  }

  /** As its workflow does: what is pending, in its order, until nothing more is applied. */
  async applyAll(account: string): Promise<void> {
    for (let applied = 1; applied > 0; ) {
      applied = 0;
      for (const key of await this.billing.pending(account, 100))
        if ((await this.apply(key)).state === 'applied') applied += 1;
    }
  }

  /** Tells in this order; after some of them a worker looks, at last in any case. */
  async tellAll(account: string, events: Said[], looks: boolean[]): Promise<void> {
    for (const [n, said] of events.entries()) {
      await this.billing.record(eventOf(said));
      if (looks[n % looks.length]) await this.applyAll(account);
    }
    await this.applyAll(account);
  }

  /** A subscription, and a pack that was paid by a payment of this name. */
  async packBuyer(payment: string): Promise<string> {
    const accountId = newId();
    await this.tell(began(accountId));
    await this.tell(bought(accountId, payment));
    return accountId;
  }
}

export const began = (accountId: string): Said => ({
  ...{ type: 'invoice-paid', accountId, subscriptionId: 's' },
  ...{ priceId: 'price_lite', paymentReference: 'in_1' },
});

export const bought = (accountId: string, paymentReference: string): Said => ({
  ...{ type: 'pack-paid', accountId, packId: 'pack-125', paymentReference },
});

/** Any order of so many events, some of them told again, and where a worker looks in between. */
export const ordersOf = (length: number) =>
  fc.record({
    order: fc.shuffledSubarray([...Array(length).keys()], { minLength: length }),
    repeated: fc.array(fc.nat(length - 1), { maxLength: 6 }),
    looks: fc.array(fc.boolean(), { minLength: 1, maxLength: 5 }),
  });

export function eventOf(said: Said): BillingEvent {
  return { source: 'test', eventId: newId('evt'), occurredAt: START, ...said };
}
