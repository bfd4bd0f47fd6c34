/**
 * The decimals of minor units that ISO 4217 gives, where they are not two. Intl has another list (a
 * forint without hundredths), which differs between browsers and Node.
 */
const MINOR_DIGITS: Record<number, string> = {
  0: 'BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XAG XAU XBA XBB XBC XBD XDR XOF XPD XPF XPT XSU XTS XUA XXX',
  3: 'BHD IQD JOD KWD LYD OMR TND',
  4: 'CLF UYW',
};

const DIGITS_BY_CURRENCY = new Map(
  Object.entries(MINOR_DIGITS).flatMap(([digits, currencies]) =>
    currencies.split(' ').map((currency) => [currency, Number(digits)] as const),
  ),
);

/** The number of decimals of a currency's minor unit: 2 for cents, 0 for yen. */
export function minorDigits(currency: string): number {
  return DIGITS_BY_CURRENCY.get(currency) ?? 2;
}

/** `49 USD`, `49.50 USD`, `4,900 JPY`. `cents` is an amount in the currency's minor units. */
export function moneyInWords(cents: number, currency: string): string {
  const digits = minorDigits(currency);
  const amount = cents / 10 ** digits;
  return `${amount.toLocaleString('en-US', { minimumFractionDigits: Number.isInteger(amount) ? 0 : digits })} ${currency}`;
}
