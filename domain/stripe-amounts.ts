/**
 * The powers of ten by which Stripe's minor units differ from those of ISO 4217: Stripe counts
 * krónur and Ugandan shillings in hundredths, and whole ariary (docs.stripe.com/currencies).
 */
const MORE_DIGITS: Readonly<Record<string, number>> = { ISK: 2, UGX: 2, MGA: -2 };

/** An amount in Stripe's minor units as one in those of ISO 4217: 50,000 UGX of Stripe are 500. */
export function amountFromStripe(amount: number, currency: string): number {
  return amount / factorOf(currency);
}

/** An amount in minor units of ISO 4217 as one in Stripe's: 500 UGX are 50,000. */
export function amountForStripe(amountCents: number, currency: string): number {
  return amountCents * factorOf(currency);
}

function factorOf(currency: string): number {
  return 10 ** (MORE_DIGITS[currency] ?? 0);
}
