import { TEXTS_IN_CLEAR } from '../database/migrate-support';
import { DAY_MS, granted, later, newId, promotion, refusal, START } from '../ledger-support';
import { PACK, Shop } from '../purchase/purchase-support';
import { RULE } from '../settings/top-up-support';
import { dumpOf, plantSecrets, Secrets, storedEntries } from './erasure-support';

const WORD = { reason: 'Asked for by its owner, ticket 4711', by: 'sam' };

let shop: Shop;

beforeAll(async () => {
  shop = await Shop.open();
});
beforeEach(() => shop.books.setClock(START));
afterAll(async () => {
  await shop.subs.expectBalanced();
  await shop.books.close();
});

const erase = (accountId: string) => shop.books.ledger.interventions.erase({ accountId, ...WORD });

async function planted(): Promise<{ account: string; secrets: Secrets }> {
  const account = newId();
  const secrets = new Secrets();
  await plantSecrets(shop, account, secrets);
  return { account, secrets };
}

describe('an erasure', () => {
  test('leaves nothing of what persons wrote in the database', async () => {
    const { account, secrets } = await planted();
    expect(secrets.leftIn(await dumpOf(shop))).toEqual(secrets.planted);
    expect(await erase(account)).toMatchObject({
      ok: true,
      replayed: false,
      value: { accountId: account, requests: 4, purchases: 3 },
    });
    expect(secrets.leftIn(await dumpOf(shop))).toEqual([]);
    await shop.books.expectBalanced();
  });

  test('keeps entries as they are stored, the balance, and who acted', async () => {
    const { account } = await planted();
    const before = await storedEntries(shop, account);
    const balance = await shop.books.ledger.balance(account);
    await granted(erase(account));
    expect(await storedEntries(shop, account)).toEqual(before);
    expect(await shop.books.ledger.balance(account)).toEqual(balance);
    const entries = await shop.books.entries(account);
    expect(entries[0]).toMatchObject({ type: 'grant', reason: 'erased', by: 'sam' });
    expect(entries.find(({ type }) => type === 'commit')).not.toHaveProperty('metadata');
    expect(await shop.books.ledger.request(account, 'done')).toMatchObject({
      ...{ status: 'committed', kind: 'text-to-image', reserved: 4, charged: 3 },
      ...{ body: null, outputUrl: null, metadata: {} },
    });
    expect(await shop.purchase(account, 'declined')).toMatchObject({
      ...{ status: 'declined', reason: 'erased', body: null, packId: PACK, priceCents: 4900 },
    });
    const { topUp, limits, stops } = await shop.books.ledger.accountSettings(account);
    expect({ topUp, limits }).toMatchObject({ topUp: null, limits: { dailyCreditsMax: 500 } });
    expect(stops).toMatchObject([{ kind: 'ai-avatar', reason: 'erased', by: 'sam' }]);
  });

  test('is an operator’s act, whose reason and name stay', async () => {
    const { account } = await planted();
    const erased = await granted(erase(account));
    const { rows } = await shop.books.owner.query(
      `SELECT what, holdfast.act_reason(a) AS reason, by_name AS by, holdfast.act_detail(a) AS detail
       FROM holdfast.operator_acts AS a WHERE account_id = $1 ORDER BY act_id`,
      [account],
    );
    expect(rows.at(-1)).toEqual({ what: 'erase', ...WORD, detail: erased });
    expect(rows.find(({ what }) => what === 'admit')).toMatchObject({
      reason: 'erased',
      detail: { reason: 'erased' },
    });
  });

  test('is repeated without a trace; what is written afterwards is erased by the next one', async () => {
    const { account } = await planted();
    const first = await granted(erase(account));
    await shop.books.setClock(later(START, DAY_MS));
    expect(await erase(account)).toEqual({ ok: true, value: first, replayed: true });
    const secrets = new Secrets();
    const more = { reason: secrets.in('grant'), expiresAt: later(START, 9 * DAY_MS) };
    await granted(shop.books.ledger.grant(account, 'new', promotion(5, more)));
    expect(await erase(account)).toMatchObject({ replayed: false, value: { texts: 3 } });
    expect(secrets.leftIn(await dumpOf(shop))).toEqual([]);
  });

  test('takes texts of earlier versions with it that have not moved yet', async () => {
    const { account, secrets } = await planted();
    await shop.books.owner.query(TEXTS_IN_CLEAR);
    await shop.books.owner.query('INSERT INTO holdfast.text_move DEFAULT VALUES');
    await granted(erase(account));
    expect(secrets.leftIn(await dumpOf(shop))).toEqual([]);
    for (let more = true; more; ) {
      const { rows } = await shop.books.owner.query('SELECT holdfast.move_texts(2) AS more');
      more = rows[0].more;
    }
    await shop.books.expectBalanced();
  });

  test('turns the top-up off, also for a command that began before it', async () => {
    const account = newId();
    await shop.books.grantPromotion(account, 4);
    const beganMs = performance.now() - 2_000;
    const command = {
      askedAt: new Date().toISOString(),
      ageMs: () => performance.now() - beganMs,
    };
    await granted(erase(account));
    const { settings } = shop.books.ledger;
    const late = { accountId: account, key: 'late', topUp: RULE };
    expect(await refusal(settings.setTopUp(late, undefined, { command }))).toMatchObject({
      code: 'SUPERSEDED',
    });
    await granted(settings.setTopUp({ ...late, key: 'since' }));
  });

  test('takes an operator’s word in the shape of a code from notices and answers', async () => {
    const account = await shop.subs.subscribed();
    const { topUps, settings, interventions } = shop.books.ledger;
    const secrets = new Secrets();
    const closed = { accountId: account, by: 'sam', reason: secrets.like('ADA_PHONED') };
    await granted(settings.setTopUp({ accountId: account, key: 't', topUp: RULE }));
    const spent = { credits: 150, reason: 'spent', by: 'sam' };
    await granted(shop.books.ledger.deduct(account, 'd', spent));
    for (let times = 0; times < 3; times++) {
      const step = await granted(topUps.begin(account));
      if (step.step !== 'buy') throw new Error(`Nothing is bought: ${JSON.stringify(step)}`);
      const { purchaseId } = step.purchase;
      await granted(interventions.closePurchase({ purchaseId, status: 'voided', ...closed }));
      await shop.books.advanceClock(DAY_MS);
    }
    await granted(settings.setLimits({ accountId: account, key: 'l', dailyCreditsMax: 9 }));
    const end = { accountId: account, subscriptionId: 's', ...WORD };
    await granted(interventions.endSubscription(end));
    expect(secrets.leftIn(await dumpOf(shop))).not.toEqual([]);
    expect(await erase(account)).toMatchObject({ value: { notices: 3, answers: 1 } });
    expect(secrets.leftIn(await dumpOf(shop))).toEqual([]);
    expect(await erase(account)).toMatchObject({ replayed: true });
  });

  test('makes keys answer any body as a tombstone does', async () => {
    const { account } = await planted();
    const { ledger } = shop.books;
    const [grant] = (await shop.books.entries(account)).filter(({ type }) => type === 'grant');
    await granted(erase(account));
    expect(await shop.books.reserve(account, 'done', 9, { kind: 'ai-avatar' })).toMatchObject({
      replayed: true,
      value: { status: 'committed', charged: 3 },
    });
    expect(await ledger.commit(account, 'done', 3, 'file:///other')).toMatchObject({
      replayed: true,
    });
    expect(await ledger.grant(account, 'g', promotion(1))).toMatchObject({
      replayed: true,
      value: { credits: 60, grantId: grant?.grantId },
    });
    expect(await shop.buy(account, 'declined', { packId: PACK, shownPriceCents: 1 })).toMatchObject(
      { replayed: true, value: { status: 'declined' } },
    );
    await shop.books.expectBalanced();
  });
});

describe('the audit finds', () => {
  let account: string;
  beforeAll(async () => {
    ({ account } = await planted());
  });

  const OF = 'WHERE account_id = $account';
  const DEDUCT = `${OF} AND type = 'deduct' AND text_id IS NOT NULL`;
  const DONE = `${OF} AND request_id = 'done'`;

  test.each([
    ['text-matches-commitment', `UPDATE holdfast.personal_texts SET text = 'y' ${OF}`],
    ['text-matches-commitment', `UPDATE holdfast.entries SET text_id = 0 ${DEDUCT}`],
    ['text-matches-commitment', `UPDATE holdfast.entries SET text_commitment = NULL ${DEDUCT}`],
    ['text-matches-commitment', `DELETE FROM holdfast.personal_texts ${OF}`],
    ['text-referred-to-once', `UPDATE holdfast.entries SET text_id = NULL ${DEDUCT}`],
    ['text-referred-to-once', `DELETE FROM holdfast.interventions ${OF}`],
    ['text-referred-to-once', `DELETE FROM holdfast.operator_acts ${OF}`],
    [
      'text-erased-whole',
      `ALTER TABLE holdfast.personal_texts DROP CONSTRAINT personal_texts_erased_whole;
       UPDATE holdfast.personal_texts SET salt = NULL ${OF}`,
    ],
    ['text-stands-apart', `UPDATE holdfast.entries SET reason = 'y' ${DEDUCT}`],
    [
      'text-stands-apart',
      `UPDATE holdfast.idempotency_keys SET body = body || '{"reason": "y"}' ${OF} AND operation = 'grant' AND key = 'g'`,
    ],
    ['erased-holds-no-text', `UPDATE holdfast.reservations SET erased = true ${DONE}`],
    ['erased-holds-no-text', `UPDATE holdfast.purchases SET erased = true ${OF}`],
  ])('%s broken by: %s', async (invariant, damage) => {
    expect(await shop.books.brokenBy(damage, account)).toContain(invariant);
  });
});

describe('an account is not erased, and nothing of it,', () => {
  const inUse = async (account: string, details: object) => {
    const before = await dumpOf(shop);
    expect(await refusal(erase(account))).toEqual({
      code: 'ACCOUNT_IN_USE',
      details: { accountId: account, ...details },
    });
    expect(await dumpOf(shop)).toEqual(before);
  };

  test('while a request runs or waits', async () => {
    const account = newId();
    await shop.books.grantPromotion(account, 4);
    await granted(shop.books.reserve(account, 'runs', 4));
    await shop.books.park(account, 'waits', 4);
    await inUse(account, { running: 1, waiting: 1 });
  });

  test('while it has a subscription, or a purchase that is not finished', async () => {
    const account = await shop.subs.subscribed();
    await granted(shop.buy(account));
    await inUse(account, { subscriptionId: 's', purchases: 1 });
  });

  test('if the ledger knows nothing of it', async () => {
    expect(await refusal(erase(newId('unknown')))).toMatchObject({ code: 'ACCOUNT_NOT_FOUND' });
  });
});
