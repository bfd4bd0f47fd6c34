import type { Act } from '../../../contract/act';
import { applyCatalog } from '../../../ledger/apply-catalog';
import { granted, later, newId, promotion, refusal, START } from '../ledger-support';
import { Shop } from '../purchase/purchase-support';

const WORD = { reason: 'Ticket 4711', by: 'sam' };
const CLAIMED = '4711@build-server';

let shop: Shop;

beforeAll(async () => {
  shop = await Shop.open();
});
beforeEach(() => shop.books.setClock(START));
afterAll(async () => {
  await shop.subs.expectBalanced();
  await shop.books.close();
});

const ledger = () => shop.books.ledger;

/** The acts on the account, oldest first; of all accounts and the ledger where it is null. */
async function actsOn(account: string | null): Promise<Act[]> {
  const read = await ledger().acts.read({ accountId: account ?? undefined, limit: 1_000 });
  return read.acts.filter(({ accountId }) => accountId === account).reverse();
}

async function whatWasDone(account: string | null): Promise<string[]> {
  return (await actsOn(account)).map(({ what }) => what);
}

describe('one act is written', () => {
  test('of a grant, with its entry, its words and the login; a repetition writes none', async () => {
    const account = newId();
    const body = promotion(10, WORD);
    for (const replayed of [false, true]) {
      expect(await ledger().grant(account, 'k', body)).toMatchObject({ ok: true, replayed });
    }
    const login = decodeURIComponent(new URL(shop.books.urls.ledgerUrl).username);
    expect(await actsOn(account)).toEqual([
      {
        ...{ actId: expect.any(Number), at: START, what: 'grant', accountId: account },
        ...{ detail: { credits: 10 }, entry: 1, ...WORD, login, claimedIdentity: null },
        service: null,
      },
    ]);
  });

  test('of a grant by a workflow, with the identity that its client claims', async () => {
    const account = newId();
    const limits = { creditsMax: 10, creditsPerDay: 1_000 };
    const { grants } = ledger();
    await granted(
      grants.byWorkflow(account, 'k', promotion(10, WORD), limits, { claimedIdentity: CLAIMED }),
    );
    await granted(
      grants.byWorkflow(account, 'k', promotion(10, WORD), limits, { claimedIdentity: 'another' }),
    );
    expect(await actsOn(account)).toMatchObject([
      { what: 'grant', entry: 1, ...WORD, claimedIdentity: CLAIMED },
    ]);
  });

  test('of a deduction', async () => {
    const account = newId();
    await shop.books.grantPromotion(account, 10);
    const body = { credits: 4, ...WORD };
    for (const _ of [1, 2]) await granted(ledger().deduct(account, 'k', body));
    expect((await actsOn(account)).slice(1)).toMatchObject([
      { what: 'deduct', detail: { credits: 4 }, entry: 2, ...WORD },
    ]);
  });

  test('of a stop, of the same stop with other words, and of its end', async () => {
    const account = newId();
    const scope = { accountId: account, kind: 'ai-avatar' };
    const { settings } = ledger();
    const other = { reason: 'It spreads', by: 'ada' };
    for (const words of [WORD, WORD, other]) {
      await granted(settings.stop({ ...scope, ...words }, { claimedIdentity: CLAIMED }));
    }
    for (const _ of [1, 2])
      await granted(settings.admit({ ...scope, ...WORD }, { claimedIdentity: CLAIMED }));
    const claimed = { claimedIdentity: CLAIMED, accountId: account };
    expect(await actsOn(account)).toMatchObject([
      { what: 'stop', detail: { kind: 'ai-avatar' }, ...WORD, ...claimed },
      { what: 'stop', detail: { kind: 'ai-avatar' }, ...other, ...claimed },
      { what: 'admit', detail: { kind: 'ai-avatar', ...other }, ...WORD, ...claimed },
    ]);
  });

  test('of an operator’s limits, and none of the same limits again', async () => {
    const account = newId();
    const set = (limits: { dailyCreditsMax: number } | null) =>
      granted(ledger().settings.setOperatorLimits({ accountId: account, limits, ...WORD }));
    for (const limits of [{ dailyCreditsMax: 5 }, { dailyCreditsMax: 5 }, null, null]) {
      await set(limits);
    }
    expect(await actsOn(account)).toMatchObject([
      { what: 'limits', detail: { dailyCreditsMax: 5 }, ...WORD },
      { what: 'limits', detail: {}, ...WORD },
    ]);
  });

  test('of an owner’s settings that an operator sets, or a service', async () => {
    const account = newId();
    const { settings } = ledger();
    const own = { accountId: account };
    const topUp = { packId: 'pack-125', belowCredits: 20, monthlyCapCents: 4_900 };
    const service = { service: 'studio', claimedIdentity: CLAIMED };
    for (const _ of [1, 2]) {
      await granted(settings.setLimits({ ...own, key: 'a', dailyCreditsMax: 9 }, { act: WORD }));
      await granted(
        settings.setLowBalance({ ...own, key: 'b', lowBalance: [{ credits: 5 }] }, { act: {} }),
      );
      await granted(settings.setTopUp({ ...own, key: 'c', topUp }, undefined, { act: service }));
    }
    await granted(settings.setLimits({ ...own, key: 'd', dailyCreditsMax: 5 }));
    await refusal(
      settings.setTopUp({ ...own, key: 'e', topUp: { ...topUp, packId: 'unheard' } }, undefined, {
        act: WORD,
      }),
    );
    expect(await actsOn(account)).toMatchObject([
      { what: 'owner-limits', detail: { set: { dailyCreditsMax: 9 } }, ...WORD, service: null },
      { what: 'low-balance', detail: { set: [{ credits: 5 }] }, by: null, service: null },
      { what: 'top-up', detail: { set: topUp }, by: null, ...service },
    ]);
  });

  test('of each end by hand', async () => {
    const account = await shop.subs.subscribed();
    await granted(shop.books.reserve(account, 'r', 4));
    await granted(shop.buy(account));
    const { interventions } = ledger();
    for (const _ of [1, 2]) {
      await granted(interventions.release({ accountId: account, requestId: 'r', ...WORD }));
      const close = { accountId: account, purchaseId: 'p', status: 'voided' as const, ...WORD };
      await granted(interventions.closePurchase(close));
      await granted(interventions.forgetDeclines({ accountId: account, ...WORD }));
    }
    expect(await actsOn(account)).toMatchObject([
      { what: 'release', detail: { id: 'r', outcome: 'released' }, ...WORD },
      { what: 'close-purchase', detail: { id: 'p', outcome: 'voided' }, ...WORD },
      { what: 'forget-declines', ...WORD },
      { what: 'forget-declines', ...WORD },
    ]);
  });

  test('of a migration, of a catalog, and of a confirmed pass, however often it says so', async () => {
    const { catalog } = await ledger().effectiveCatalog();
    const next = { ...catalog, version: 2, effectiveFrom: later(START, 6_000) };
    for (const _ of [1, 2]) await applyCatalog(shop.books.urls.ownerUrl, [next], WORD);
    const confirmed = { passId: 'run-1', ...WORD, claimedIdentity: CLAIMED };
    for (const _ of [1, 2]) await ledger().acts.confirmReconciliation(confirmed);
    const owner = decodeURIComponent(new URL(shop.books.urls.ownerUrl).username);
    expect(await actsOn(null)).toMatchObject([
      { what: 'catalog', detail: { versions: [1] }, by: null, login: expect.any(String) },
      { what: 'migrate', detail: { applied: expect.arrayContaining(['0016_acts.sql']) } },
      { what: 'catalog', detail: { versions: [2] }, ...WORD, login: owner },
      { what: 'reconcile', detail: { passId: 'run-1' }, ...WORD, claimedIdentity: CLAIMED },
    ]);
  });
});

test('a refusal writes no act, and neither does what an owner does', async () => {
  const account = await shop.subs.subscribed();
  await refusal(ledger().deduct(account, 'k', { credits: 1_000, ...WORD }));
  await refusal(ledger().grant(account, 'k', promotion(5, { ...WORD, expiresAt: START })));
  await refusal(ledger().settings.stop({ accountId: account, kind: 'unheard', ...WORD }));
  const unknown = { accountId: account, requestId: 'unknown', ...WORD };
  await refusal(ledger().interventions.release(unknown));
  await granted(ledger().settings.setLimits({ accountId: account, key: 'k', dailyCreditsMax: 9 }));
  await granted(shop.buy(account));
  await granted(shop.settle(account));
  expect(await whatWasDone(account)).toEqual([]);
});

test('acts are read in pages, newest first', async () => {
  const account = newId();
  for (const credits of [1, 2, 3, 4, 5]) await shop.books.grantPromotion(account, credits);
  const read: unknown[] = [];
  let before: number | undefined;
  do {
    const { acts, next } = await ledger().acts.read({ accountId: account, before, limit: 2 });
    read.push(acts.map(({ entry }) => entry));
    before = next ?? undefined;
  } while (before !== undefined);
  expect(read).toEqual([[5, 4], [3, 2], [1]]);
});

test('the journal of acts is only ever added to, by its owner too', async () => {
  for (const statement of [
    'UPDATE holdfast.operator_acts SET reason = reason',
    'DELETE FROM holdfast.operator_acts',
    'TRUNCATE holdfast.operator_acts',
  ]) {
    await expect(shop.books.owner.query(statement)).rejects.toThrow('operator_acts is append-only');
  }
});

describe('the audit finds', () => {
  let account: string;
  beforeAll(async () => {
    account = newId();
    await shop.books.grantPromotion(account, 10);
    await granted(ledger().deduct(account, 'd', { credits: 4, ...WORD }));
    await granted(shop.books.reserve(account, 'r', 4));
    await granted(ledger().interventions.release({ accountId: account, requestId: 'r', ...WORD }));
    const stop = { accountId: account, kind: 'ai-avatar', ...WORD };
    await granted(ledger().settings.stop(stop));
    const limits = { dailyCreditsMax: 100 };
    await granted(ledger().settings.setOperatorLimits({ accountId: account, limits, ...WORD }));
  });

  const without = (what: string) =>
    `DELETE FROM holdfast.operator_acts WHERE account_id = $account AND what = '${what}'`;
  const changed = (table: string, what: string) =>
    `UPDATE holdfast.${table} SET ${what} WHERE account_id = $account`;

  test.each([
    ['entry-has-act', without('grant')],
    ['entry-has-act', without('deduct')],
    ['entry-has-act', changed('operator_acts', `detail = '{"credits": 1}'`)],
    ['act-has-entry', changed('operator_acts', 'entry_version = entry_version + 100')],
    ['intervention-has-act', without('release')],
    ['intervention-has-act', changed('interventions', `by_name = 'kim'`)],
    ['stop-has-act', without('stop')],
    ['stop-has-act', changed('stops', `by_name = 'kim'`)],
    ['limits-have-act', without('limits')],
    ['limits-have-act', changed('operator_limits', 'daily_credits_max = 1000000')],
  ])('%s broken by %s', async (invariant, damage) => {
    expect(await shop.books.brokenBy(damage, account)).toContain(invariant);
  });
});
