import { builtInCatalog } from '../../../catalog/catalog';
import type { CatalogVersion } from '../../../contract/catalog';
import { catalogOutlook } from '../../../ledger/catalog-outlook';
import type { Outcome } from '../../../ledger/ledger';
import { DAY_MS, granted, later, newId, refusal } from '../ledger-support';
import { SubscriptionBooks } from './subscription-support';

const END = '9999-12-31T23:59:59.999Z';
const EXCEEDED = { code: 'CALENDAR_EXCEEDED', details: { latest: END } };
let subs: SubscriptionBooks;

/** A plan that an older ledger may still sell: today's catalog takes ten years at most. */
const plan = (name: string, cycle: string, credits = 10) => ({ name, credits, cycle });

beforeAll(async () => {
  subs = await SubscriptionBooks.open({
    plans: { aeon: plan('Aeon', 'P999Y'), decade: plan('Decade', 'P10Y', 20) },
  });
});
beforeEach(async () => {
  await subs.reset();
  await subs.setCatalog({ renewalGrace: 'PT0S', settlementWindow: 'PT1H' });
});
afterEach(() => subs.expectBalanced());
afterAll(() => subs.books.close());

/** The ledger's rows of an account and its subscription. */
async function rowsOf(account: string): Promise<unknown> {
  const { rows } = await subs.books.owner.query(
    `SELECT (SELECT to_jsonb(a) FROM holdfast.accounts AS a WHERE account_id = $1) AS account,
       (SELECT jsonb_agg(to_jsonb(s)) FROM holdfast.subscriptions AS s WHERE account_id = $1) AS subscriptions,
       (SELECT jsonb_agg(to_jsonb(c) ORDER BY cycle) FROM holdfast.cycles AS c WHERE account_id = $1) AS cycles,
       (SELECT count(*) FROM holdfast.payments WHERE account_id = $1) AS payments,
       (SELECT count(*) FROM holdfast.idempotency_keys WHERE account_id = $1) AS keys`,
    [account],
  );
  return rows;
}

async function expectRefused(account: string, ask: () => Promise<Outcome<unknown>>): Promise<void> {
  const before = await rowsOf(account);
  expect(await refusal(ask())).toEqual(EXCEEDED);
  expect(await rowsOf(account)).toEqual(before);
}

const changePlan = (account: string, planId: string) =>
  subs.subscriptions.changePlan(account, 's', newId('key'), {
    planId,
    paymentReference: newId('pay'),
  });

test('renewals ahead of a plan of 999 years are paid as long as the calendar has room for them', async () => {
  const account = await subs.subscribed('aeon');
  for (let renewal = 1; renewal <= 6; renewal += 1) await granted(subs.renew(account));
  expect(await subs.subscription(account)).toMatchObject({
    paidCycle: 7,
    paidUntil: '9023-01-01T00:00:00.000Z',
  });
  for (const reference of ['seventh', 'eighth', 'seventh']) {
    await expectRefused(account, () => subs.renew(account, undefined, reference));
  }
  // It goes on with what it has, and a shorter plan may follow.
  expect(await subs.balance(account)).toMatchObject({ available: 10 });
  expect(await granted(changePlan(account, 'decade'))).toMatchObject({ effect: 'at-boundary' });
  expect(await granted(subs.renew(account, undefined, 'seventh'))).toMatchObject({
    subscription: { paidUntil: '9033-01-01T00:00:00.000Z' },
  });
});

interface Commitment {
  /** An account of which nothing is refused before that time has come. */
  prepare(now: string): Promise<string>;
  commit(account: string): Promise<Outcome<unknown>>;
}

/** All that settles a cycle of 999 years which begins at `now`, or ends 999 years after it. */
const COMMITMENTS: Record<string, Commitment> = {
  'a subscription': {
    prepare: async (now) => {
      await subs.books.setClock(later(now, -DAY_MS));
      const account = newId();
      await subs.books.grantPromotion(account, 1, { expiresAt: END });
      return account;
    },
    commit: (account) =>
      subs.subscriptions.subscribe(account, 's', { planId: 'aeon', paymentReference: 'p' }),
  },
  'a renewal ahead': {
    prepare: async (now) => {
      await subs.books.setClock(now.replace(/^\d+/, (year) => `${Number(year) - 999}`));
      return subs.subscribed('aeon');
    },
    commit: (account) => subs.renew(account),
  },
  'a renewal after the lapse': {
    prepare: async () => {
      await subs.books.setClock('8001-01-01T00:00:00.000Z');
      return subs.subscribed('aeon');
    },
    commit: (account) => subs.renew(account),
  },
  'a change to a longer cycle': {
    prepare: async (now) => {
      await subs.books.setClock(later(now, -DAY_MS));
      return subs.subscribed('decade');
    },
    commit: (account) => changePlan(account, 'aeon'),
  },
};

describe.each([
  ['the cycle', { settlementWindow: 'PT0S' }, '9000-12-31T23:59:59.999Z'],
  ['its grace', { renewalGrace: 'P1D', settlementWindow: 'PT0S' }, '9000-12-30T23:59:59.999Z'],
  ['its settlement window', { settlementWindow: 'PT2H' }, '9000-12-31T21:59:59.999Z'],
  [
    'grace and window together',
    { renewalGrace: 'P1D', settlementWindow: 'PT2H' },
    '9000-12-30T21:59:59.999Z',
  ],
])('the calendar has room for %s', (_, catalog, last) => {
  test.each(Object.entries(COMMITMENTS))(
    'that ends in its last millisecond, and for none later: %s',
    async (_name, asked) => {
      await subs.setCatalog(catalog);
      for (const now of [later(last, 1), last]) {
        const account = await asked.prepare(now);
        await subs.books.setClock(now);
        // A renewal ahead counts from its anchor, which is what has to be too late.
        if (now === last)
          expect(await granted(asked.commit(account))).toMatchObject({ subscription: {} });
        else await expectRefused(account, () => asked.commit(account));
      }
    },
  );
});

test('a plan that could never be renewed into is not scheduled for a boundary', async () => {
  await subs.books.setClock('8995-01-01T00:00:00.000Z');
  const account = await subs.subscribed('aeon');
  await expectRefused(account, () => changePlan(account, 'decade'));
});

describe('a subscription that an older version has booked past the year 9999', () => {
  let account: string;

  /** Books the account as versions did that did not refuse such renewals and ends of grants. */
  async function asBefore(action: () => Promise<unknown>): Promise<void> {
    const signature = 'holdfast.calendar_exceeded(timestamptz, text, timestamptz)';
    const { owner } = subs.books;
    const { rows } = await owner.query(
      `SELECT pg_get_functiondef('${signature}'::regprocedure) AS definition`,
    );
    await owner.query(
      rows[0].definition.replace(
        /\$function\$.*\$function\$/s,
        '$function$ BEGIN RETURN NULL; END $function$',
      ),
    );
    try {
      await action();
    } finally {
      await owner.query(rows[0].definition);
    }
  }

  beforeEach(async () => {
    await subs.books.setClock('8024-01-01T00:00:00.000Z');
    account = await subs.subscribed('aeon');
    await asBefore(() => granted(subs.renew(account)));
    await subs.books.grantPromotion(account, 3, { expiresAt: END });
    await subs.books.owner.query(
      "UPDATE holdfast.grants SET ends_at = '10000-01-01T04:59:59Z' WHERE account_id = $1 AND source = 'promotion'",
      [account],
    );
  });

  test('is readable', async () => {
    const { ledger } = subs.books;
    expect(await ledger.subscription(account)).toMatchObject({
      paidUntil: END,
      validUntil: END,
      windowEnd: END,
    });
    const balance = await ledger.balance(account);
    expect(balance).toMatchObject({ available: 13, validUntil: END });
    expect(balance.grants.map(({ expiresAt }) => expiresAt)).toEqual([END, END]);
    expect((await ledger.history(account)).entries).toHaveLength(2);
    expect(JSON.stringify([balance, await ledger.subscription(account)])).not.toMatch(
      /[+"]\d{5,6}-/,
    );
  });

  test('goes on as it is: it can’t be renewed, and its credits can be used and ended', async () => {
    const { ledger } = subs.books;
    await expectRefused(account, () => subs.renew(account));
    expect(await granted(subs.books.reserve(account, 'r', 5))).toMatchObject({ status: 'open' });
    expect(await granted(ledger.release(account, 'r', 'x'))).toMatchObject({ status: 'released' });
    expect(await granted(subs.subscriptions.cancelAtPeriodEnd(account, 's', 'c'))).toMatchObject({
      subscription: { cancelAtPeriodEnd: true, validUntil: END },
    });
    expect(await granted(subs.subscriptions.endNow(account, 's', 'e'))).toMatchObject({
      subscription: { status: 'closed' },
    });
  });

  test('is shown in the outlook of a new catalog', async () => {
    const next = {
      ...(builtInCatalog()[0] as CatalogVersion),
      version: 2,
      effectiveFrom: '9999-01-01T00:00:00Z',
    };
    const outlook = await catalogOutlook(subs.books.urls.ledgerUrl, [next]);
    const holders = outlook.versions.flatMap(({ plans }) =>
      plans.flatMap(({ holders: { subscriptions } }) => subscriptions),
    );
    expect(holders.filter(({ accountId }) => accountId === account)).toMatchObject([{ from: END }]);
  });
});
