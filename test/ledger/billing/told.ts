import type { BillingEvent } from '../../../contract/billing-event';

/** A moment that is over for every clock. */
export const START_OF_EVENTS = '2026-01-31T09:30:00.000Z';

/** An event of the source `test`. */
export const told = (eventId: string, type: string, more: object = {}): BillingEvent => ({
  ...{ source: 'test', eventId, type, occurredAt: START_OF_EVENTS, ...more },
});
