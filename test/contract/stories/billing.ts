import { granted, START } from '../../ledger/ledger-support';
import { LITE, type Story, twice, withMessages } from './story-support';

const WORD = { reason: 'Ticket 4711', by: 'sam' };

/** Events of a billing system in each of their states, read in every way. */
export const billingEvents: Story = async (books) => {
  const { billing } = books.ledger;
  const of = { accountId: 'told', subscriptionId: 's' };
  const told = (eventId: string, type: string, more: object = {}) => ({
    ...{ source: 'test', eventId, type, occurredAt: START, ...more },
  });
  const key = (eventId: string) => ({ source: 'test', eventId });
  await books.owner.query(
    `UPDATE holdfast.catalog_versions
     SET document = document || '{"billingPrices": {"l": {"planId": "lite-monthly"}, "p": {"packId": "pack-125"}}}'
     WHERE version = 1`,
  );
  await books.ledger.effectiveCatalog();
  await billing.get(key('none'));
  await withMessages(books, 'told');
  const begins = { ...of, planId: LITE, paymentReference: 'in_1' };
  const events = [
    told('waits', 'pack-paid', { accountId: 'told', packId: 'pack-125', paymentReference: 'pi_1' }),
    told('begins', 'invoice-paid', begins),
    told('nobody', 'other'),
    told('test', 'other', { environment: 'test' }),
    told('back', 'payment-refunded', of),
    told('kept', 'dispute-opened', of),
    told('wrong', 'invoice-paid', { ...of, priceId: 'none', paymentReference: 'in_2' }),
    told('closes', 'invoice-paid', { ...of, priceId: 'none', paymentReference: 'in_3' }),
    told('fails', 'invoice-paid', begins),
  ];
  for (const event of events) await twice(() => granted(billing.record(event)));
  await billing.record(told('begins', 'invoice-paid'));
  await billing.pending('told', 10);
  await billing.unwatched('2100-01-01T00:00:00Z', null, 10);
  await billing.watch(key('waits'), 60_000);
  await twice(() => granted(billing.fail(key('fails'), 'INTERNAL')));
  await billing.fail(key('none'), 'INTERNAL');
  for (const { eventId } of events) await granted(billing.apply(key(eventId), 'live'));
  await twice(() => granted(billing.apply(key('waits'), 'live')));
  await billing.apply(key('none'), 'live');
  await twice(() => granted(billing.close({ ...key('closes'), ...WORD })));
  await billing.close({ ...key('none'), ...WORD });
  await twice(() => granted(billing.retry({ ...key('wrong'), ...WORD })));
  await billing.retry({ ...key('begins'), ...WORD });
  for (const event of events) {
    await billing.record(event);
    await billing.get(key(event.eventId));
  }
  // As an earlier version left it.
  await books.owner.query(
    `UPDATE holdfast.billing_events SET state = 'kept', reason = 'not-applied-yet' WHERE event_id = 'kept'`,
  );
  await billing.read({ limit: 1 });
  await billing.read({ limit: 100 });
};
