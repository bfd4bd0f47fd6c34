import type Stripe from 'stripe';

/** The metadata by which Stripe's objects name an account, and a payment its key. */
export const ACCOUNT = 'holdfast_account';

/** How Stripe's search names a value of metadata. Neither ids nor keys have quotes in them. */
export const withMetadata = (name: string, value: string) => `metadata['${name}']:'${value}'`;

/**
 * The customer whose metadata names the account, the oldest of several; null if there is none.
 * Stripe finds a new one within about a minute.
 */
export async function customerOf(
  stripe: Stripe,
  accountId: string,
): Promise<Stripe.Customer | null> {
  const query = withMetadata(ACCOUNT, accountId);
  const { data } = await stripe.customers.search({ query, limit: 100 });
  const found = data.filter(({ metadata }) => metadata?.[ACCOUNT] === accountId);
  return found.sort((a, b) => a.created - b.created)[0] ?? null;
}

/** What a customer's invoices are paid with. */
export function defaultMethodOf({ invoice_settings: settings }: Stripe.Customer): string | null {
  return idOf(settings.default_payment_method);
}

/** Stripe names another object by its id, or holds it. */
export function idOf(reference: string | { id: string } | null | undefined): string | null {
  return typeof reference === 'string' ? reference : (reference?.id ?? null);
}
