/** `49 USD`, `49.50 USD`, `4,900 JPY`: `cents` are minor units, of which a currency has as many as it has. */
export function moneyInWords(cents: number, currency: string): string {
  const digits = new Intl.NumberFormat('en-US', { style: 'currency', currency }).resolvedOptions()
    .maximumFractionDigits as number;
  const amount = cents / 10 ** digits;
  return `${amount.toLocaleString('en-US', { minimumFractionDigits: Number.isInteger(amount) ? 0 : digits })} ${currency}`;
}
