import { Client } from 'pg';
import { COMMAND_WITHIN_SECONDS, type Command } from '../../../contract/command';
import type { Outcome } from '../../../contract/outcome';
import { eventually } from '../../support/eventually';
import { BODY, granted, HOLD_MS, newId, promotion, refusal, TestLedger } from '../ledger-support';

const TOP_UP = { packId: 'pack-125', belowCredits: 20, monthlyCapCents: 9800 };
const GRANT_LIMITS = { creditsMax: 1_000, creditsPerDay: 1_000_000 };
const QUOTE = { credits: 1, catalogVersion: '1' };

let books: TestLedger;
beforeAll(async () => {
  books = await TestLedger.open();
});
afterAll(async () => {
  await books.expectBalanced();
  await books.close();
});

const settings = () => books.ledger.settings;

/** A command that Temporal, whose clock is an hour ahead here, began so many milliseconds ago. */
function begun(agoMs = 0): Command {
  const beganMs = performance.now() - agoMs;
  const askedAt = new Date(Date.now() + 3_600_000 - agoMs).toISOString();
  return { askedAt, ageMs: () => performance.now() - beganMs };
}

/** Each setting as it is set, one value or another, and as it then is. */
const SETTINGS: [
  string,
  (accountId: string, one: boolean, key: string, command?: Command) => Promise<Outcome<unknown>>,
  (one: boolean) => object,
][] = [
  [
    'limit',
    (accountId, one, key, command) =>
      settings().setLimits({ accountId, key, dailyCreditsMax: one ? 1 : null }, { command }),
    (one) => ({ limits: { dailyCreditsMax: one ? 1 : null } }),
  ],
  [
    'list of thresholds',
    (accountId, one, key, command) =>
      settings().setLowBalance(
        { accountId, key, lowBalance: one ? [{ credits: 1 }] : [] },
        { command },
      ),
    (one) => ({ lowBalance: one ? [{ credits: 1 }] : [] }),
  ],
  [
    'top-up',
    (accountId, one, key, command) =>
      settings().setTopUp({ accountId, key, topUp: one ? TOP_UP : null }, undefined, { command }),
    (one) => ({ topUp: one ? TOP_UP : null }),
  ],
  [
    'stop',
    (accountId, one, _key, command) => {
      const scope = { accountId, kind: null, reason: 'r', by: 'sam' };
      return one ? settings().stop(scope, { command }) : settings().admit(scope, { command });
    },
    (one) => ({ stops: one ? [{ reason: 'r' }] : [] }),
  ],
];

describe.each(SETTINGS)('the %s of an account', (_, set, as) => {
  const holds = async (accountId: string, one: boolean) =>
    expect(await books.ledger.accountSettings(accountId)).toMatchObject(as(one));

  test.each([true, false])(
    'is as it was said last, though the earlier command comes later',
    async (one) => {
      const accountId = newId();
      const earlier = begun(2_000);
      const later = begun(1_000);
      await granted(set(accountId, one, 'later', later));
      expect(await refusal(set(accountId, !one, 'earlier', earlier))).toMatchObject({
        code: 'SUPERSEDED',
      });
      await holds(accountId, one);
    },
  );

  test.each([true, false])(
    'is as a direct call has left it, for every command that began before',
    async (one) => {
      const accountId = newId();
      const earlier = begun(2_000);
      await granted(set(accountId, !one, 'first', begun(3_000)));
      await granted(set(accountId, one, 'direct'));
      expect(await refusal(set(accountId, !one, 'earlier', earlier))).toMatchObject({
        code: 'SUPERSEDED',
        details: { askedAt: expect.any(String), supersededAt: expect.any(String) },
      });
      await holds(accountId, one);
      await granted(set(accountId, !one, 'later', begun(-1_000)));
      await holds(accountId, !one);
    },
  );

  test('is set once by a command that is carried out twice, and no more when it was changed since', async () => {
    const accountId = newId();
    const command = begun(2_000);
    const answer = await granted(set(accountId, true, 'k', command));
    expect(await granted(set(accountId, true, 'k', command))).toEqual(answer);
    await granted(set(accountId, false, 'direct'));
    await set(accountId, true, 'k', command);
    await holds(accountId, false);
  });

  test('was set, says the repetition of a command that lost its answer, also when its time is over', async () => {
    const accountId = newId();
    const { askedAt } = begun();
    const answer = await granted(set(accountId, true, 'k', { askedAt, ageMs: () => 0 }));
    const late = { askedAt, ageMs: () => COMMAND_WITHIN_SECONDS * 1_000 + 1 };
    expect(await granted(set(accountId, true, 'k', late))).toEqual(answer);
    await holds(accountId, true);
  });

  test('is left as it is by a command whose time is over', async () => {
    const accountId = newId();
    const late = begun(COMMAND_WITHIN_SECONDS * 1_000);
    expect(await refusal(set(accountId, true, 'k', late))).toMatchObject({
      code: 'COMMAND_EXPIRED',
      details: { notAfter: expect.any(String), now: expect.any(String) },
    });
    await holds(accountId, false);
    await granted(set(accountId, true, 'k', begun()));
    await holds(accountId, true);
  });

  test('is as it was said last after commands that come at the same time', async () => {
    const accounts = Array.from({ length: 20 }, () => newId());
    await Promise.all(
      accounts.flatMap((accountId, index) => {
        const one = index % 2 === 0;
        const earlier = set(accountId, !one, 'earlier', begun(1_000));
        return [earlier, set(accountId, one, 'later', begun())];
      }),
    );
    for (const [index, accountId] of accounts.entries()) await holds(accountId, index % 2 === 0);
  });
});

test('each limit has an order of its own, and a change is made whole or not at all', async () => {
  const accountId = newId();
  const earlier = begun(1_000);
  const set = (key: string, limits: object, command: Command) =>
    settings().setLimits({ accountId, key, ...limits }, { command });
  await granted(set('later', { dailyCreditsMax: 1 }, begun()));
  await granted(set('other', { concurrentGenerationsMax: 2 }, earlier));
  const both = { dailyCreditsMax: 3, generationCreditsMax: 3 };
  expect(await refusal(set('both', both, earlier))).toMatchObject({
    code: 'SUPERSEDED',
    details: { setting: 'dailyCreditsMax' },
  });
  expect((await books.ledger.accountSettings(accountId)).limits).toEqual({
    dailyCreditsMax: 1,
    generationCreditsMax: null,
    concurrentGenerationsMax: 2,
  });
});

test.each([
  ['the server’s clock', null],
  ['both clocks', '9999-12-31T23:59:59Z'],
])(
  'a setting that was said while %s stood years ahead can be said again',
  async (_, temporalAt) => {
    const accountId = newId();
    const set = (key: string, dailyCreditsMax: number, command?: Command) =>
      settings().setLimits({ accountId, key, dailyCreditsMax }, { command });
    await granted(set('ahead', 1));
    await books.owner.query(
      `UPDATE holdfast.setting_orders
       SET asked_at = '9999-12-31T23:59:59Z', temporal_at = $2 WHERE account_id = $1`,
      [accountId, temporalAt],
    );
    const earlier = begun(1_000);
    if (temporalAt === null) await granted(set('temporal', 2, begun(2_000)));
    await granted(set('direct', 3));
    expect(await refusal(set('earlier', 4, earlier))).toMatchObject({ code: 'SUPERSEDED' });
    await granted(set('later', 5, begun(-1_000)));
  },
);

test('stops of all accounts, and of other kinds, have orders of their own', async () => {
  const all = { accountId: null, kind: 'ai-avatar', reason: 'r', by: 'sam' };
  const [earlier, later] = [begun(3_000), begun(2_000)];
  await granted(settings().stop(all, { command: later }));
  await granted(settings().stop({ ...all, kind: 'text-to-speech' }, { command: earlier }));
  await granted(settings().stop({ ...all, accountId: newId() }, { command: earlier }));
  expect(await refusal(settings().admit(all, { command: earlier }))).toMatchObject({
    code: 'SUPERSEDED',
  });
  for (const kind of ['ai-avatar', 'text-to-speech'])
    await granted(settings().admit({ ...all, kind }));
  expect(await refusal(settings().stop(all, { command: later }))).toMatchObject({
    code: 'SUPERSEDED',
  });
});

test('a grant by workflow is made in its time, and its repetition gets the first answer after that', async () => {
  const accountId = newId();
  const grant = (key: string, agoMs: number) =>
    books.ledger.grants.byWorkflow(accountId, key, promotion(5), GRANT_LIMITS, {
      command: begun(agoMs),
    });
  const late = COMMAND_WITHIN_SECONDS * 1_000;
  expect(await refusal(grant('late', late))).toMatchObject({ code: 'COMMAND_EXPIRED' });
  const made = await granted(grant('k', 0));
  expect(await granted(grant('k', late))).toEqual(made);
  expect(await books.ledger.balance(accountId)).toMatchObject({ granted: 5 });
});

test('a request is admitted in its time, and one that is known has its answer after that', async () => {
  const accountId = newId();
  await books.grantPromotion(accountId, 10);
  const reserve = (requestId: string, withinMs: number) =>
    books.ledger.reserve(accountId, requestId, BODY, QUOTE, HOLD_MS, null, withinMs);
  expect(await refusal(reserve('late', -1))).toMatchObject({ code: 'ADMISSION_TIMED_OUT' });
  await granted(reserve('r', 60_000));
  expect(await reserve('r', -1)).toMatchObject({ ok: true, replayed: true });
  expect(await books.ledger.balance(accountId)).toMatchObject({ reserved: 1 });
  await granted(books.ledger.release(accountId, 'r', 'test'));
});

describe('what waits for its account’s lock until its time is over', () => {
  /** Locks the account, begins the call, and gives the lock back once the call's time is over. */
  async function overtaken<T>(accountId: string, call: () => Promise<T>, leftMs: number) {
    const locker = new Client({ connectionString: books.urls.ownerUrl });
    await locker.connect();
    await locker.query('BEGIN');
    await locker.query('SELECT FROM holdfast.accounts WHERE account_id = $1 FOR UPDATE', [
      accountId,
    ]);
    const over = performance.now() + leftMs;
    const answer = call();
    await eventually(async () => performance.now() > over);
    await locker.query('ROLLBACK');
    await locker.end();
    return answer;
  }

  const LEFT_MS = 1_000;
  const nearlyOver = () => begun(COMMAND_WITHIN_SECONDS * 1_000 - LEFT_MS);

  test.each<[string, (accountId: string) => Promise<Outcome<unknown>>, string]>([
    ...SETTINGS.map(
      ([name, set]) =>
        [
          name,
          (accountId: string) => set(accountId, true, 'k', nearlyOver()),
          'COMMAND_EXPIRED',
        ] as [string, (accountId: string) => Promise<Outcome<unknown>>, string],
    ),
    [
      'grant',
      (accountId) =>
        books.ledger.grants.byWorkflow(accountId, 'g', promotion(5), GRANT_LIMITS, {
          command: nearlyOver(),
        }),
      'COMMAND_EXPIRED',
    ],
    [
      'request',
      (accountId) => books.ledger.reserve(accountId, 'r', BODY, QUOTE, HOLD_MS, null, LEFT_MS),
      'ADMISSION_TIMED_OUT',
    ],
  ])('is refused: a %s', async (_, call, code) => {
    const accountId = newId();
    await books.grantPromotion(accountId, 10);
    const before = await books.ledger.accountSettings(accountId);
    const late = await overtaken(accountId, () => call(accountId), LEFT_MS);
    expect(late).toMatchObject({ ok: false, refusal: { code } });
    expect(await books.ledger.accountSettings(accountId)).toEqual(before);
    expect(await books.ledger.balance(accountId)).toMatchObject({ granted: 10, reserved: 0 });
  });
});
