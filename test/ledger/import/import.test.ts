import type { ImportLine } from '../../../contract/import';
import { BODY, granted, HOLD_MS, newId, refusal, START, TestLedger } from '../ledger-support';

const WORDS = { reason: 'From the old billing', by: 'sam' };
const MONTHLY = 'lite-monthly';

let books: TestLedger;
beforeAll(async () => {
  books = await TestLedger.open();
});
afterAll(() => books.close());
beforeEach(() => books.setClock(START));
// A cycle that is due isn't granted where a test moves the clock for another account.
afterEach(() => books.expectBalanced('paid-cycle-granted'));

type Said = { type: string } & Record<string, unknown>;

const grant = (more: object = {}): Said => ({
  ...{ type: 'grant', source: 'pack', credits: 125, remaining: 100 },
  ...{ costCents: 4900, currency: 'USD', expiresAt: '2031-01-01T00:00:00Z' },
  ...more,
});

/** Began on 31 October; the third cycle runs from 31 December to 31 January. */
const subscription = (more: object = {}): Said => ({
  ...{ type: 'subscription', subscriptionId: 'sub-1', planId: MONTHLY, remaining: 40 },
  ...{ anchor: '2029-10-31T00:00:00Z', paidCycles: 3, payments: ['in_3'] },
  ...more,
});

const lines = (said: Record<string, Said>) =>
  Object.entries(said).map(([key, body]) => ({ key, body: body as unknown as ImportLine }));

function take(accountId: string, said: Record<string, Said>, isDry = false) {
  return books.ledger.imports.take([{ accountId, lines: lines(said) }], { ...WORDS, isDry });
}

async function refused(accountId: string, said: Said): Promise<unknown> {
  const [outcome] = await take(accountId, { k: said });
  if (outcome === undefined) throw new Error('no answer');
  return refusal(Promise.resolve(outcome));
}

const made = (value: number) => ({ ok: true, value, replayed: false });
const known = { ok: true, value: 0, replayed: true };

test('what is left of a grant is granted, at the part of its cost that is not recognised yet', async () => {
  const account = newId('acme');
  expect(await take(account, { 'g-1': grant() })).toEqual([made(100)]);
  const balance = await books.ledger.balance(account);
  expect(balance).toMatchObject({ available: 100, granted: 100, spent: 0 });
  const { rows } = await books.owner.query(
    'SELECT source, priority, credits, remaining, cost_cents, imported FROM holdfast.grants WHERE account_id = $1',
    [account],
  );
  // 25 of 125 credits are used: floor(4900 × 25 / 125) = 980 cents are recognised elsewhere.
  expect(rows).toEqual([
    {
      ...{ source: 'pack', priority: 30, credits: '100', remaining: '100' },
      ...{ cost_cents: '3920', imported: true },
    },
  ]);
  expect(await books.entries(account)).toMatchObject([
    { type: 'grant', availableDelta: 100, reason: 'imported, line g-1' },
  ]);
  const { acts } = await books.ledger.acts.read({ accountId: account, limit: 5 });
  expect(acts).toMatchObject([
    { what: 'import', detail: { lines: 1, credits: 100 }, reason: WORDS.reason, by: 'sam' },
  ]);
});

test('a line counts once; with another content its key is a conflict', async () => {
  const account = newId('acme');
  await take(account, { 'g-1': grant() });
  expect(await take(account, { 'g-1': grant(), 'g-2': grant({ remaining: 5 }) })).toEqual([
    known,
    made(5),
  ]);
  expect(await take(account, { 'g-1': grant(), 'g-2': grant({ remaining: 5 }) })).toEqual([
    known,
    known,
  ]);
  const [changed] = await take(account, { 'g-1': grant({ remaining: 99 }) });
  expect(changed).toMatchObject({ ok: false, refusal: { code: 'IDEMPOTENCY_CONFLICT' } });
  expect((await books.ledger.balance(account)).available).toBe(105);
  expect((await books.ledger.acts.read({ accountId: account, limit: 5 })).acts).toHaveLength(2);
});

test('a dry run answers as the import does, and leaves nothing', async () => {
  const account = newId('acme');
  const said = {
    'g-1': grant({ source: 'plan', expiresAt: undefined }),
    'g-1b': grant({ expiresAt: START }),
    s: subscription(),
  };
  const dry = await take(account, said, true);
  expect((await books.ledger.balance(account)).granted).toBe(0);
  const { rows } = await books.owner.query('SELECT FROM holdfast.accounts WHERE account_id = $1', [
    account,
  ]);
  expect(rows).toEqual([]);
  expect(await take(account, said)).toEqual(dry);
  expect(dry).toMatchObject([made(100), { ok: false }, made(40)]);
});

test('a subscription goes on from its anchor, with what is left of its cycle', async () => {
  const account = newId('acme');
  const payments = ['in_2', 'in_3', 'in_4'];
  expect(await take(account, { s: subscription({ paidCycles: 4, payments }) })).toEqual([made(40)]);
  expect(await books.ledger.subscription(account)).toMatchObject({
    ...{ status: 'active', cycle: 3, paidCycle: 4, grantedCycle: 3, paidAhead: 1 },
    ...{ cycleStart: '2029-12-31T00:00:00.000Z', cycleEnd: '2030-01-31T00:00:00.000Z' },
    ...{ paidUntil: '2030-02-28T00:00:00.000Z' },
  });
  expect(await books.ledger.balance(account)).toMatchObject({ available: 40 });
  // A payment that is told once more pays nothing; the next one pays the cycle after.
  const { subscriptions } = books.ledger;
  const again = await subscriptions.renew(account, 'sub-1', 'in_4');
  expect(again).toMatchObject({ ok: false, refusal: { code: 'IDEMPOTENCY_CONFLICT' } });
  await books.setClock('2030-01-31T00:00:00.000Z');
  await granted(subscriptions.grantCycles(account, 'sub-1'));
  expect(await books.ledger.balance(account)).toMatchObject({ available: 190 });
  await granted(subscriptions.renew(account, 'sub-1', 'in_5'));
  expect(await books.ledger.subscription(account)).toMatchObject({
    ...{ paidCycle: 5, paidUntil: '2030-03-31T00:00:00.000Z' },
  });
});

test('a cycle of which nothing is left is not granted again', async () => {
  const account = newId('acme');
  expect(await take(account, { s: subscription({ remaining: 0 }) })).toEqual([made(0)]);
  await granted(books.ledger.subscriptions.grantCycles(account, 'sub-1'));
  expect(await books.ledger.balance(account)).toMatchObject({ available: 0, granted: 0 });
  // An upgrade within it brings the difference.
  const change = { planId: 'professional-monthly', paymentReference: 'up' };
  await granted(books.ledger.subscriptions.changePlan(account, 'sub-1', 'k', change));
  expect((await books.ledger.balance(account)).available).toBeGreaterThan(0);
});

test('what was taken over is spent, and expires with its term', async () => {
  const account = newId('acme');
  const rest = grant({ source: 'adjustment', expiresAt: undefined, remaining: 3 });
  await take(account, { g: rest, s: subscription({ remaining: 4 }), a: { type: 'account' } });
  const quoted = { credits: 5, catalogVersion: '1' };
  await granted(books.ledger.reserve(account, 'r', BODY, quoted, HOLD_MS));
  await granted(books.ledger.commit(account, 'r', 5, 'file:///out'));
  await books.setClock('2030-03-01T00:00:00.000Z');
  await granted(books.ledger.subscriptions.expireTerm(account, 'sub-1', 1));
  expect(await books.ledger.balance(account)).toMatchObject({
    ...{ available: 0, spent: 5, expired: 2, granted: 7 },
  });
});

test.each<[string, Said, string]>([
  ['without end and subscription', grant({ expiresAt: undefined }), 'SUBSCRIPTION_REQUIRED'],
  ['that has ended', grant({ expiresAt: START }), 'EXPIRY_IN_PAST'],
  [
    'of more credits than one can hold',
    grant({ credits: 2 ** 53 - 1, remaining: 2 ** 53 - 1 }),
    '',
  ],
  ['of an unknown plan', subscription({ planId: 'none' }), 'UNKNOWN_PLAN'],
  ['in no time zone', subscription({ timeZone: 'Mars' }), 'INVALID_TIME_ZONE'],
  ['that begins later', subscription({ anchor: '2030-01-01T00:00:01Z' }), 'INVALID_TIME'],
  ['that has lapsed', subscription({ paidCycles: 2 }), 'SUBSCRIPTION_LAPSED'],
  ['of which more is left', subscription({ remaining: 151 }), 'IMPORT_REMAINDER_TOO_LARGE'],
  [
    'paid ahead without references',
    subscription({ paidCycles: 5, payments: ['in_4', 'in_5'] }),
    'IMPORT_PAYMENTS_MISSING',
  ],
])('a line %s is refused, and opens no account', async (_name, said, code) => {
  const account = newId('acme');
  await take(account, { other: { ...grant(), remaining: 1 } });
  if (code === '') {
    expect(await refused(account, said)).toMatchObject({ code: 'BALANCE_LIMIT_EXCEEDED' });
    return;
  }
  const fresh = newId('acme');
  expect(await refused(fresh, said)).toMatchObject({ code });
  const { rows } = await books.owner.query('SELECT FROM holdfast.accounts WHERE account_id = $1', [
    fresh,
  ]);
  expect(rows).toEqual([]);
});

test('a live subscription is not replaced, and a known id or payment conflicts', async () => {
  const account = newId('acme');
  await take(account, { s: subscription() });
  const other = { subscriptionId: 'sub-2', payments: ['in_9'] };
  expect(await refused(account, subscription(other))).toMatchObject({
    code: 'SUBSCRIPTION_EXISTS',
  });
  await granted(books.ledger.subscriptions.endNow(account, 'sub-1', 'end'));
  expect(await refused(account, subscription())).toMatchObject({ code: 'IDEMPOTENCY_CONFLICT' });
  const paid = { subscriptionId: 'sub-2' };
  expect(await refused(account, subscription(paid))).toMatchObject({
    code: 'IDEMPOTENCY_CONFLICT',
  });
  expect(await take(account, { s2: subscription(other) })).toEqual([made(40)]);
});
