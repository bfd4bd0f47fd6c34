import { Asked } from '../../scripts/chaos/comparison/asked';
import { compare } from '../../scripts/chaos/comparison/compare';
import type { LedgerBooks } from '../../scripts/chaos/comparison/ledger-books';
import type { ProviderBooks } from '../../scripts/chaos/comparison/provider-books';

/** Books of a run in which a generation, a purchase, a renewal, a grant and a notice went well. */
function cleanBooks() {
  const asked = new Asked();
  const a = { accountId: 'a' };
  const end = { status: 'committed' as const, charged: 3 };
  asked.requests.set('a/r', { ...a, requestId: 'r', through: 'client', begun: true, end });
  asked.purchases.set('a/p', { ...a, purchaseId: 'p', priceCents: 4900, status: 'granted' });
  asked.payments.set('a/paid', { ...a, subscriptionId: 's', reference: 'paid', used: true });
  asked.corrections.set('a/k', { ...a, key: 'k', what: 'grant', credits: 10, done: true });
  asked.lowBalances.set('a', 7);
  const account_id = 'a';
  const request = { account_id, request_id: 'r' };
  const purchase = { account_id, purchase_id: 'p', status: 'granted', reason: null, grants: 1 };
  const ledger: LedgerBooks = {
    accounts: [{ account_id, spent: 3, deducted: 0, reserved: 0 }],
    grants: [
      { account_id, source: 'promotion', credits: 10 },
      { account_id, source: 'pack', credits: 125 },
    ],
    requests: [{ ...request, state: 'committed', charged: 3, reason: null, was_reserved: true }],
    entries: ['reserve', 'commit'].map((type) => ({ ...request, type, times: 1 })),
    entriesTotal: 4,
    purchases: [{ ...purchase, credits: 125, price_cents: 4900 }],
    payments: [{ account_id, reference: 'paid' }],
    keys: [{ account_id, operation: 'grant', key: 'k' }],
    thresholds: [{ account_id, credits: 7 }],
    stops: [],
    notices: [{ account_id, notice_id: 1, status: 'delivered' }],
  };
  const payment = {
    ...{ idempotencyKey: 'purchase/a/p', accountId: 'a', purchaseId: 'p', packId: 'pack-125' },
    ...{ amountCents: 4900, currency: 'USD', paymentId: 'pay', state: 'paid' as const },
    ...{ timesTaken: 1, refunded: false },
  };
  const providers: ProviderBooks = {
    jobs: new Map([['a/r', 'succeeded']]),
    payments: new Map([['a/p', payment as never]]),
    notices: new Set(['a-1']),
  };
  return { asked, ledger, providers };
}

type Books = ReturnType<typeof cleanBooks>;
const first = <T>(rows: T[]) => rows[0] as T;

test('books that agree have no difference', () => {
  expect(compare(cleanBooks())).toEqual({ differences: [], deliveredUnpaid: [] });
});

test.each<[string, (books: Books) => void, RegExp]>([
  ['no end', ({ asked }) => delete asked.requests.get('a/r')?.end, /a\/r has no end/],
  ['a double commit', ({ ledger }) => Object.assign(ledger.entries[1] ?? {}, { times: 2 }), /entr/],
  ['a lost commit', ({ ledger }) => ledger.entries.pop(), /its entries are “reserve”/],
  [
    'another charge',
    ({ ledger }) => Object.assign(first(ledger.requests), { charged: 2 }),
    /told 3/,
  ],
  ['a charge without an output', ({ providers }) => providers.jobs.clear(), /was charged/],
  ['an invented request', ({ asked }) => asked.requests.clear(), /never asked for/],
  [
    'an orphan that lived',
    ({ ledger }) => Object.assign(first(ledger.requests), { reason: 'orphaned' }),
    /never terminated/,
  ],
  [
    'a double charge',
    ({ providers }) => Object.assign(providers.payments.get('a/p') ?? {}, { timesTaken: 2 }),
    /was paid 2 times/,
  ],
  ['a gift', ({ providers }) => providers.payments.clear(), /was paid 0 times/],
  ['a lost purchase', ({ ledger }) => ledger.purchases.pop(), /the ledger has no purchase/],
  [
    'a refund of what was granted',
    ({ providers }) => Object.assign(providers.payments.get('a/p') ?? {}, { refunded: true }),
    /was paid 0 times/,
  ],
  [
    'two grants of a pack',
    ({ ledger }) => Object.assign(first(ledger.purchases), { grants: 2 }),
    /with 2 grants/,
  ],
  ['a lost renewal', ({ ledger }) => ledger.payments.pop(), /payment a\/paid: told true/],
  ['an invented renewal', ({ asked }) => asked.payments.clear(), /was never made/],
  ['a lost grant', ({ ledger }) => ledger.keys.pop(), /told true, booked false/],
  [
    'a doubled grant',
    ({ ledger }) => Object.assign(first(ledger.grants), { credits: 20 }),
    /told 10 promotion, booked 20/,
  ],
  [
    'an earlier setting',
    ({ asked }) => asked.lowBalances.set('a', 8),
    /told 8, its threshold is 7/,
  ],
  [
    'a stop that was ended',
    ({ ledger }) => ledger.stops.push({ account_id: 'a', kind: 'ai-avatar' }),
    /still stopped/,
  ],
  ['a lost notice', ({ providers }) => providers.notices.clear(), /notice a\/1/],
])('%s is a difference', (_, plant, words) => {
  const books = cleanBooks();
  plant(books);
  expect(compare(books).differences.join('\n')).toMatch(words);
});

test('money that a provider reports after its fault, and that goes back, is no difference', () => {
  const books = cleanBooks();
  books.asked.purchases.set('a/p', {
    accountId: 'a',
    purchaseId: 'p',
    priceCents: 4900,
    status: 'voided',
  });
  Object.assign(first(books.ledger.purchases), { status: 'returned', grants: 0 });
  Object.assign(books.providers.payments.get('a/p') ?? {}, { refunded: true });
  books.ledger.grants.pop();
  expect(compare(books).differences).toEqual([]);
});

test('an output that was made and not charged is listed with the reason', () => {
  const books = cleanBooks();
  Object.assign(first(books.ledger.requests), { state: 'released', reason: 'timed-out' });
  expect(compare(books).deliveredUnpaid).toEqual(['a/r: timed-out']);
});
