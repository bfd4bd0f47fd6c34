/** How many decimals a currency's minor unit is: 2 for cents, 0 for yen. */
export function minorDigits(currency: string): number {
  return new Intl.NumberFormat('en-US', { style: 'currency', currency }).resolvedOptions()
    .maximumFractionDigits as number;
}

/** `49 USD`, `49.50 USD`, `4,900 JPY`: `cents` are minor units, of which a currency has as many as it has. */
export function moneyInWords(cents: number, currency: string): string {
  const digits = minorDigits(currency);
  const amount = cents / 10 ** digits;
  return `${amount.toLocaleString('en-US', { minimumFractionDigits: Number.isInteger(amount) ? 0 : digits })} ${currency}`;
}
