import type { BillingEvent } from '../../contract/billing-event';

/** The metadata by which Stripe's objects name what is Holdfast's. */
export const ACCOUNT = 'holdfast_account';
export const PACK = 'holdfast_pack';

/** What an event of Stripe says, in Holdfast's words; null if it asks for nothing. */
export type Said = Partial<BillingEvent> & Pick<BillingEvent, 'type'>;

export type Metadata = Readonly<Record<string, string>> | null | undefined;

export const accountIn = (metadata: Metadata): string | undefined => metadata?.[ACCOUNT];

/** A time of Stripe's, which counts seconds. */
export const instantOf = (seconds: number): string => new Date(seconds * 1000).toISOString();
