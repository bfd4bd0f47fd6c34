import {
  DAY_MS,
  granted,
  later,
  MINUTE_MS,
  newId,
  promotion,
  START,
  TestLedger,
} from '../ledger-support';
import { oneWaits } from './waiting-support';

let books: TestLedger;
beforeAll(async () => {
  books = await TestLedger.open();
});
beforeEach(async () => {
  books.isCut = false;
  books.refusedKind = undefined;
  await books.setClock(START);
});
afterAll(async () => {
  await books.expectBalanced();
  await books.close();
});

/** Each operation lets the waiting request go; `keep` first holds it up. Each has a key of its own, so that it can be repeated. */
const raises: [
  what: string,
  raise: (account: string) => Promise<unknown>,
  keep?: (account: string) => Promise<unknown>,
][] = [
  ['a grant', (account) => granted(books.ledger.grant(account, 'more', promotion(30)))],
  [
    'an adjustment',
    (account) =>
      granted(books.ledger.grant(account, 'more', promotion(30, { source: 'adjustment' }))),
  ],
  ['a release', (account) => granted(books.ledger.release(account, 'running', 'failed'))],
  [
    'a commit of part',
    (account) => granted(books.ledger.commit(account, 'running', 70, 'file:///o')),
  ],
  [
    'a subscription',
    (account) =>
      granted(
        books.ledger.subscriptions.subscribe(account, 's', {
          planId: 'lite-monthly',
          paymentReference: 'p',
        }),
      ),
  ],
  [
    'a raised limit',
    (accountId) =>
      granted(books.ledger.settings.setLimits({ accountId, key: 'raised', dailyCreditsMax: 130 })),
    async (accountId) => {
      await granted(
        books.ledger.settings.setLimits({ accountId, key: 'low', dailyCreditsMax: 129 }),
      );
      await books.grantPromotion(accountId, 30);
    },
  ],
  [
    'a commit of everything, which makes room for another one',
    (account) => granted(books.ledger.commit(account, 'running', 100, 'file:///o')),
    async (accountId) => {
      await granted(
        books.ledger.settings.setLimits({ accountId, key: 'one', concurrentGenerationsMax: 1 }),
      );
      await books.grantPromotion(accountId, 30);
    },
  ],
  [
    'the end of a stop',
    (accountId) => books.ledger.settings.admit({ accountId, kind: null }),
    async (accountId) => {
      await books.ledger.settings.stop({ accountId, kind: null, reason: 'dispute', by: 'sam' });
      await books.grantPromotion(accountId, 30);
    },
  ],
];

describe.each(raises)('%s', (_, raise, keep = async () => undefined) => {
  let account: string;
  beforeEach(async () => {
    account = await oneWaits(books);
    await keep(account);
    expect(books.woken(account)).toEqual([]);
  });

  test('wakes the waiting request', async () => {
    await raise(account);
    expect(books.woken(account)).toEqual(['parked']);
    expect(await granted(books.resume(account, 'parked', 30))).toMatchObject({ status: 'open' });
  });

  test('keeps a message that can’t be handed over until a later call hands it over', async () => {
    books.isCut = true;
    await raise(account);
    expect(books.woken(account)).toEqual([]);
    books.isCut = false;
    expect(await books.ledger.outbox.unattended(START, START, null, 1_000)).toContainEqual({
      accountId: account,
    });
    expect(await books.ledger.outbox.attend(account)).toEqual({ found: 1 });
    expect(books.woken(account)).toEqual(['parked']);
    expect(await books.ledger.outbox.attend(account)).toEqual({ found: 0 });
  });

  test('wakes the same request once when it is repeated because its answer was lost', async () => {
    books.isCut = true;
    await raise(account);
    books.isCut = false;
    await raise(account);
    expect(books.woken(account)).toEqual(['parked']);
    await raise(account);
    expect(books.woken(account)).toEqual([]);
  });
});

test('a renewal that was paid in time and is told after the lapse wakes the waiting request, since the credits count again', async () => {
  const account = newId();
  await granted(
    books.ledger.subscriptions.subscribe(account, 's', {
      planId: 'lite-monthly',
      paymentReference: 'p1',
    }),
  );
  await books.setClock(later(START, 31 * DAY_MS + MINUTE_MS));
  await books.park(account, 'r', 151);
  await granted(books.ledger.subscriptions.renew(account, 's', 'p2', later(START, 30 * DAY_MS)));
  expect(books.woken(account)).toEqual(['r']);
  expect(await granted(books.resume(account, 'r', 151))).toMatchObject({ status: 'open' });
});

test('a purchase, a larger plan and a renewal’s cycle wake waiting requests as well', async () => {
  const account = newId();
  await granted(
    books.ledger.subscriptions.subscribe(account, 's', {
      planId: 'lite-monthly',
      paymentReference: 'p1',
    }),
  );
  for (const [id, credits] of [
    ['a', 160],
    ['b', 150],
    ['c', 300],
  ] as const)
    await books.park(account, id, credits);
  books.messageKinds(account);
  await granted(
    books.ledger.purchases.open(account, 'pack', { packId: 'pack-125', shownPriceCents: 4900 }),
  );
  expect(books.woken(account)).toEqual([]);
  await granted(books.ledger.purchases.settle(account, 'pack', 'payment'));
  expect(books.woken(account)).toEqual(['a']);
  expect(await granted(books.resume(account, 'a', 160))).toMatchObject({ status: 'open' });
  await granted(
    books.ledger.subscriptions.changePlan(account, 's', 'k', {
      planId: 'professional-monthly',
      paymentReference: 'p2',
    }),
  );
  expect(books.woken(account)).toEqual(['b']);
  expect(await granted(books.resume(account, 'b', 150))).toMatchObject({ status: 'open' });
  await granted(books.ledger.subscriptions.renew(account, 's', 'p3'));
  await books.setClock(later(START, 31 * DAY_MS));
  await granted(books.ledger.subscriptions.grantCycles(account, 's'));
  expect(books.woken(account)).toEqual(['c']);
});

test('a woken request is not woken again by later operations, but only after a minute without an answer', async () => {
  const account = await oneWaits(books);
  await books.grantPromotion(account, 30);
  await books.grantPromotion(account, 5);
  expect(books.woken(account)).toEqual(['parked']);
  await books.setClock(later(START, MINUTE_MS));
  await books.ledger.outbox.attend(account);
  expect(books.woken(account)).toEqual(['parked']);
});

test('credits that don’t suffice wake no request', async () => {
  const account = await oneWaits(books);
  await books.grantPromotion(account, 29);
  await granted(books.ledger.commit(account, 'running', 100, 'file:///o'));
  expect(books.woken(account)).toEqual([]);
  await books.grantPromotion(account, 1);
  expect(books.woken(account)).toEqual(['parked']);
});

test('a waiting request is woken at its deadline, though no credits have come for it', async () => {
  const account = await oneWaits(books);
  await books.setClock(later(START, DAY_MS - 1));
  await books.ledger.outbox.attend(account);
  expect(books.woken(account)).toEqual([]);
  await books.setClock(later(START, DAY_MS));
  await books.ledger.outbox.attend(account);
  expect(books.woken(account)).toEqual(['parked']);
});
