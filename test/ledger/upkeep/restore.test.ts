import type { Remembered } from '../../../contract/restore';
import { expectNotRestored, isRestored, type Watermark } from '../../../contract/watermark';
import { granted, newId, promotion, refusal } from '../ledger-support';
import { BODY, Shop } from '../purchase/purchase-support';
import { LITE, PROFESSIONAL } from '../subscription/subscription-support';

const WORDS = { reason: 'Restored, ticket 4711', by: 'sam' };

let shop: Shop;
beforeAll(async () => {
  shop = await Shop.open();
});
afterAll(() => shop.books.close());

const restores = () => shop.books.ledger.restores;

type Said = Pick<Remembered, 'what' | 'id' | 'said'>;

const redo = (accountId: string, operation: Said) =>
  restores().redo({ accountId, ...operation }, WORDS);

async function standing(accountId: string, { what, id }: Pick<Said, 'what' | 'id'>) {
  const [word] = await restores().standings([{ accountId, what, id }]);
  return word;
}

const subscriber = () => shop.subs.subscribed();

describe('a watermark', () => {
  const own: Watermark = { mark: 5, at: null, database: '7/1' };

  test('moves on once a minute, and only if something was written since', async () => {
    await shop.books.rewrite(
      "INSERT INTO holdfast.ledger_watermark (mark, marked_at, next_xid) VALUES (7, '-infinity', 0)",
    );
    const minuteLater = () =>
      shop.books.owner.query(
        "UPDATE holdfast.ledger_watermark SET marked_at = marked_at - interval '2 minutes'",
      );
    expect(await restores().watermark()).toMatchObject({ mark: 7, at: null });
    const advanced = await restores().advance();
    expect(advanced).toMatchObject({ mark: 8, at: expect.any(String) });
    expect(advanced?.database).toMatch(/^\d+\/\d+$/);
    await subscriber();
    expect(await restores().advance()).toBeNull();
    await minuteLater();
    expect(await restores().advance()).toMatchObject({ mark: 9 });
    expect(await restores().open(20, WORDS)).toMatchObject({ mark: 21 });
    const { acts } = await shop.books.ledger.acts.read({ limit: 1 });
    expect(acts).toMatchObject([
      { what: 'open-restored', detail: { mark: 9, told: 20 }, ...WORDS },
    ]);
    await shop.books.rewrite('DELETE FROM holdfast.ledger_watermark');
    expect(await restores().watermark()).toBeNull();
    expect(await restores().advance()).toBeNull();
  });

  test.each<[string, boolean, Watermark | null, Watermark | null]>([
    ['is behind what was told', true, own, { ...own, mark: 6 }],
    ['is where it was told, in another database', true, own, { ...own, database: '7/2' }],
    ['is ahead in another database', true, own, { ...own, mark: 1, database: '8/1' }],
    ['is what was told', false, own, own],
    ['has moved on since', false, { ...own, mark: 6 }, own],
    ['is in a database whose name is not known', false, { ...own, database: null }, own],
    ['was never told', false, own, null],
    ['is not kept', false, null, own],
  ])('that %s: restored is %s', (_, restored, ours, told) => {
    expect(isRestored(ours, told)).toBe(restored);
    const check = () => expectNotRestored(ours, told);
    if (restored) expect(check).toThrow(expect.objectContaining({ code: 'LEDGER_RESTORED' }));
    else check();
  });
});

describe('a lost operation is redone under its key, once, as an act:', () => {
  async function expectRedone(account: string, operation: Said): Promise<void> {
    expect(await standing(account, operation)).toBe('lost');
    expect(await redo(account, operation)).toMatchObject({
      ...{ ok: true, replayed: false },
      value: { accountId: account, what: operation.what, id: operation.id },
    });
    expect(await standing(account, operation)).toBe('ended');
    const before = await shop.books.ledger.history(account, { limit: 50 });
    expect(await redo(account, operation)).toMatchObject({ ok: true, replayed: true });
    expect(await shop.books.ledger.history(account, { limit: 50 })).toEqual(before);
    const { acts } = await shop.books.ledger.acts.read({ accountId: account, limit: 50 });
    const { what, id } = operation;
    expect(acts.filter((act) => act.what === 'redo' && act.detail.id === id)).toMatchObject([
      { detail: { what, id }, ...WORDS },
    ]);
  }

  test('a grant, which then answers its key', async () => {
    const account = newId();
    const said = promotion(20);
    await expectRedone(account, { what: 'grant', id: 'k', said });
    expect(await shop.books.ledger.grant(account, 'k', said)).toMatchObject({ replayed: true });
  });

  test('a subscription, its renewal, its change, its cancellation, that taken back, and its end', async () => {
    const account = newId();
    const subscriptionId = 's';
    const steps: [Said['what'], string, object][] = [
      ['subscribe', 's', { planId: LITE, paymentReference: 'pay-1' }],
      ['renew', 'pay-2', { subscriptionId, paymentReference: 'pay-2' }],
      ['changePlan', 'k1', { subscriptionId, planId: PROFESSIONAL, paymentReference: 'pay-3' }],
      ['cancelAtPeriodEnd', 'k2', { subscriptionId }],
      ['resume', 'k3', { subscriptionId }],
      ['endNow', 'k4', { subscriptionId }],
    ];
    for (const [what, id, said] of steps) {
      const operation = { what, id, said: { ...said } };
      expect(await standing(account, operation)).toBe('lost');
      expect(await redo(account, operation)).toMatchObject({ ok: true, replayed: false });
      expect(await redo(account, operation)).toMatchObject({ ok: true, replayed: true });
    }
    const { acts } = await shop.books.ledger.acts.read({ accountId: account, limit: 50 });
    expect(acts.filter((act) => act.what === 'redo')).toHaveLength(steps.length);
    expect(await shop.books.ledger.subscription(account)).toMatchObject({
      closedWhy: 'ended-now',
    });
  });

  test('a purchase that was paid, and one that is being charged', async () => {
    const account = await subscriber();
    const said = { ...BODY, paymentId: 'pay-p' };
    await expectRedone(account, { what: 'purchase', id: 'p', said });
    expect(await shop.purchase(account)).toMatchObject({ status: 'granted', paymentId: 'pay-p' });
    await expectRedone(account, { what: 'purchase', id: 'open', said: { ...BODY } });
    expect(await shop.purchase(account, 'open')).toMatchObject({ status: 'open' });
  });

  test('a generation whose reservation is gone is deducted', async () => {
    const account = newId();
    await shop.books.grantPromotion(account, 10);
    const said = { credits: 4, outputUrl: 'file:///o' };
    await expectRedone(account, { what: 'generation', id: 'r', said });
    expect(await shop.books.ledger.balance(account)).toMatchObject({ available: 6, deducted: 4 });
  });

  test('a generation whose reservation is still open is committed', async () => {
    const account = newId();
    await shop.books.grantPromotion(account, 10);
    await granted(shop.books.reserve(account, 'r', 4));
    const operation: Said = {
      ...{ what: 'generation', id: 'r' },
      said: { credits: 3, outputUrl: 'file:///o' },
    };
    expect(await standing(account, operation)).toBe('open');
    expect(await redo(account, operation)).toMatchObject({ ok: true, replayed: false });
    expect(await redo(account, operation)).toMatchObject({ ok: true, replayed: true });
    expect(await shop.books.ledger.balance(account)).toMatchObject({ available: 7, spent: 3 });
  });
});

test('what can’t be done any more is refused with its code, and stays lost', async () => {
  const account = newId();
  const ended: Said = {
    ...{ what: 'grant', id: 'k' },
    said: promotion(5, { expiresAt: '2029-12-31T00:00:00.000Z' }),
  };
  expect((await refusal(redo(account, ended))).code).toBe('EXPIRY_IN_PAST');
  const renewal: Said = { what: 'renew', id: 'pay', said: { subscriptionId: 's' } };
  expect((await refusal(redo(account, renewal))).code).toBe('SUBSCRIPTION_NOT_FOUND');
  const unpaid: Said = { what: 'generation', id: 'r', said: { credits: 4 } };
  expect((await refusal(redo(account, unpaid))).code).toBe('INSUFFICIENT_CREDITS');
  const bought: Said = { what: 'purchase', id: 'p', said: { ...BODY, paymentId: 'pay' } };
  expect((await refusal(redo(account, bought))).code).toBe('SUBSCRIPTION_REQUIRED');
  for (const operation of [ended, renewal, unpaid, bought])
    expect(await standing(account, operation)).toBe('lost');
});

test('a commit, and a payment, that the ledger has nothing for are listed once, until they are waived', async () => {
  const account = await subscriber();
  const { ledger } = shop.books;
  for (const _ of [1, 2]) {
    const committed = await refusal(ledger.commit(account, 'r', 4, 'file:///o'));
    expect(committed.code).toBe('RESERVATION_NOT_FOUND');
    expect((await refusal(shop.settle(account, 'p'))).code).toBe('PURCHASE_NOT_FOUND');
  }
  const listed = async () =>
    (await ledger.interventions.stuck(1_000, 60_000)).stuck.filter(
      ({ accountId }) => accountId === account,
    );
  expect(await listed()).toMatchObject([
    { what: 'purchase', id: 'p', problem: 'lost', credits: null, detail: 'purchase' },
    { what: 'reservation', id: 'r', problem: 'lost', credits: 4, detail: 'generation' },
  ]);
  const lost = { accountId: account, what: 'generation', id: 'r' } as const;
  for (const replayed of [false, true]) {
    expect(await restores().waive({ ...lost, ...WORDS })).toEqual({
      ...{ ok: true, replayed },
      value: { ...lost, ended: 'waived' },
    });
  }
  expect(await listed()).toMatchObject([{ what: 'purchase' }]);
  const { acts } = await ledger.acts.read({ accountId: account, limit: 5 });
  expect(acts).toMatchObject([
    { what: 'waive', detail: { what: 'generation', id: 'r' }, ...WORDS },
  ]);
  await granted(redo(account, { what: 'purchase', id: 'p', said: { ...BODY } }));
  expect(await granted(shop.settle(account, 'p'))).toMatchObject({ status: 'granted' });
  expect(await listed()).toEqual([]);
});

test('all of it leaves a ledger whose audit is clean', async () => {
  const { violations } = await shop.books.audit({ isFull: true });
  // A test has taken the watermark away.
  expect(violations.map(({ invariant }) => invariant)).toEqual(['watermark-as-opened']);
});
