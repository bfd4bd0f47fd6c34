import { report } from '../../contract/report';
import { granted, promotion, START, TestLedger } from '../ledger/ledger-support';
import { errorOf, holdfast, holdfastJson } from './command-line';

let books: TestLedger;
let ledger: Record<string, string>;
beforeAll(async () => {
  books = await TestLedger.open();
  await books.setClock(START);
  ledger = { DATABASE_URL: books.urls.operatorUrl };
  const paid = promotion(10, { costCents: 1_000, expiresAt: '2030-06-01T00:00:00Z' });
  await granted(books.ledger.grant('acme', 'k', paid));
});
afterAll(() => books.close());

const JANUARY = ['--month', '2030-01'];

test('a month is printed as JSON, as CSV and in words', async () => {
  const { code, json } = await holdfastJson(ledger, 'report', ...JANUARY);
  expect(code).toBe(0);
  expect(report.parse(json).totals).toEqual([
    { currency: 'USD', what: 'opening', credits: 0, cents: 0 },
    { currency: 'USD', what: 'granted', credits: 10, cents: 1_000 },
    { currency: 'USD', what: 'closing', credits: 10, cents: 1_000 },
  ]);
  const csv = await holdfast(ledger, 'report', ...JANUARY, '--csv');
  expect(csv.stdout.split('\n')).toEqual([
    'month,what,currency,source,imported,name,kind,credits,cents,entries',
    '2030-01,granted,USD,promotion,false,,,10,1000,1',
    '2030-01,outstanding,USD,promotion,false,,,10,1000,',
    '2030-01,opening,USD,,,,,0,0,',
    '2030-01,closing,USD,,,,,10,1000,',
    '',
  ]);
  const words = await holdfast(ledger, 'report', ...JANUARY);
  expect(words.stdout).toContain('2030-01, which is not over yet, 1 account:');
  expect(words.stdout).toMatch(/granted +10 +10 USD/);
});

test('burn rates are printed as JSON and in words', async () => {
  const { code, json } = await holdfastJson(ledger, 'burn-rates', ...JANUARY);
  expect({ code, json }).toMatchObject({
    ...{ code: 0, json: { accounts: [{ accountId: 'acme', available: 10 }], next: null } },
  });
  expect((await holdfast(ledger, 'burn-rates', ...JANUARY)).stdout).toContain('acme');
  const dry = await holdfast(ledger, 'burn-rates', ...JANUARY, '--dry');
  expect(dry.stdout).toBe('There are no such accounts here.\n');
});

test.each([
  ['report', '--month', '2030-13'],
  ['burn-rates', '--month', 'May'],
])('%s %s %s is refused', async (...words) => {
  expect(await holdfastJson(ledger, ...words)).toEqual({ code: 2, json: errorOf('INVALID_TIME') });
});

test('CSV is no JSON', async () => {
  expect(await holdfastJson(ledger, 'report', ...JANUARY, '--csv')).toEqual({
    ...{ code: 2, json: errorOf('INVALID_ARGUMENT') },
  });
});
