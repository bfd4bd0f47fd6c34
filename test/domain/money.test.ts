import { data } from 'currency-codes';
import { minorDigits, moneyInWords } from '../../domain/pricing/money';
import { createFormat } from '../../web/element/words/format';

test('every currency has the minor units of ISO 4217', () => {
  expect(data.length).toBeGreaterThan(150);
  const digits = data.map(({ code }) => [code, minorDigits(code)]);
  expect(digits).toEqual(data.map(({ code, digits }) => [code, digits]));
});

test('a currency that ISO 4217 doesn’t know has cents', () => {
  for (const currency of ['ABC', 'ZZZ']) expect(minorDigits(currency)).toBe(2);
});

test.each([
  ['HUF', '17,900 HUF', 'HUF\u00a017,900.00'],
  ['IDR', '17,900 IDR', 'IDR\u00a017,900.00'],
  ['COP', '17,900 COP', 'COP\u00a017,900.00'],
  ['PKR', '17,900 PKR', 'PKR\u00a017,900.00'],
  ['ALL', '17,900 ALL', 'ALL\u00a017,900.00'],
  ['MMK', '17,900 MMK', 'MMK\u00a017,900.00'],
  ['LBP', '17,900 LBP', 'LBP\u00a017,900.00'],
  ['RSD', '17,900 RSD', 'RSD\u00a017,900.00'],
  ['IQD', '1,790 IQD', 'IQD\u00a01,790.000'],
  ['UGX', '1,790,000 UGX', 'UGX\u00a01,790,000'],
  ['CLF', '179 CLF', 'CLF\u00a0179.0000'],
])('1790000 minor units of %s are %s, and the page says so too', (currency, words, page) => {
  expect(moneyInWords(1_790_000, currency)).toBe(words);
  expect(createFormat('en', { timeZone: 'UTC' }).money(1_790_000, currency)).toBe(page);
});

test.each<[number, string, string]>([
  [4_950, 'USD', '49.50 USD'],
  [1_790_050, 'HUF', '17,900.50 HUF'],
  [4_901, 'KWD', '4.901 KWD'],
  [5, 'UYW', '0.0005 UYW'],
  // The price of one credit of a pack.
  [39.2, 'USD', '0.392 USD'],
  [14_320, 'HUF', '143.20 HUF'],
  [39.2, 'JPY', '39.2 JPY'],
])('%p minor units of %s are %s', (cents, currency, words) => {
  expect(moneyInWords(cents, currency)).toBe(words);
});
