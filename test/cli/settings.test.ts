import { type Holdfast, openHoldfast, uniqueId } from '../workflows/harness';
import { errorOf, holdfast, holdfastJson, variablesOf } from './command-line';

let stack: Holdfast;
let variables: Record<string, string>;
beforeAll(async () => {
  stack = await openHoldfast();
  // The commands need no Temporal: a stop takes effect at once.
  const { TEMPORAL_ADDRESS: _, ...withoutTemporal } = variablesOf(stack);
  variables = withoutTemporal;
});
afterAll(() => stack.closeSettled());

const RULE = ['--pack', 'pack-125', '--below', '20', '--cap-cents', '9800'];
const NONE = { dailyCreditsMax: null, generationCreditsMax: null, concurrentGenerationsMax: null };

test('limits are set, shown and taken away', async () => {
  const account = uniqueId('acme');
  const empty = { accountId: account, limits: NONE, lowBalance: [], topUp: null, stops: [] };
  expect(await holdfastJson(variables, 'limits', account)).toEqual({ code: 0, json: empty });
  const words = [
    'limits',
    account,
    '--daily',
    '500',
    '--per-generation',
    '0',
    '--at-once',
    '3',
    '--key',
    'k',
  ];
  const limits = { dailyCreditsMax: 500, generationCreditsMax: 0, concurrentGenerationsMax: 3 };
  expect(await holdfastJson(variables, ...words)).toEqual({
    code: 0,
    json: { ...empty, limits, key: 'k' },
  });
  const again = await holdfast(variables, ...words);
  expect(again.stdout).toContain('This key was used before');
  const { json } = await holdfastJson(variables, 'limits', account, '--daily', 'none');
  expect(json).toMatchObject({
    limits: { ...limits, dailyCreditsMax: null },
    key: expect.any(String),
  });
  expect((await holdfast(variables, 'limits', account)).stdout).toBe(
    [
      `Account ${account}`,
      'Limits: 0 credits per generation, 3 generations at the same time.',
      'Low-balance notices: none.',
      'Top-up: off.',
      '',
    ].join('\n'),
  );
  const other = await holdfastJson(variables, 'limits', account, '--at-once', '4', '--key', 'k');
  expect(other).toEqual({
    code: 3,
    json: errorOf('IDEMPOTENCY_CONFLICT', { key: 'k', earlier: expect.anything() }),
  });
});

test('thresholds are replaced, and turned off', async () => {
  const account = uniqueId('acme');
  const set = await holdfastJson(
    variables,
    'low-balance',
    account,
    '--below',
    '20',
    '--below',
    '10%',
  );
  expect(set).toMatchObject({
    code: 0,
    json: { lowBalance: [{ credits: 20 }, { percentOfCycle: 10 }] },
  });
  const { stdout } = await holdfast(variables, 'low-balance', account);
  expect(stdout).toContain(
    'Low-balance notices: below 20 credits, below 10% of the cycle’s grant.',
  );
  expect(await holdfastJson(variables, 'low-balance', account, '--off')).toMatchObject({
    json: { lowBalance: [] },
  });
});

test('a top-up is set, shown with its state, and turned off', async () => {
  const account = uniqueId('acme');
  const rule = {
    packId: 'pack-125',
    belowCredits: 20,
    monthlyCapCents: 9800,
    paymentMethod: 'pm_1',
  };
  const set = await holdfastJson(variables, 'top-up', account, ...RULE, '--payment-method', 'pm_1');
  const standing = { spentThisMonthCents: 0, failures: 0, retryAt: null, stoppedWhy: null };
  expect(set).toMatchObject({ code: 0, json: { topUp: { ...rule, ...standing } } });
  const shown = await holdfast(variables, 'top-up', account);
  expect(shown.stdout).toContain(
    'Top-up: buys pack-125 when fewer than 20 credits are available, paid with pm_1. 0 USD of at most 98 USD spent this month.',
  );
  const declined = `UPDATE holdfast.account_settings SET top_up_failures = $2, top_up_retry_at = $3, top_up_stopped_why = $4
    WHERE account_id = $1`;
  await stack.sql(declined, [account, 1, '2099-01-01T00:00:00Z', null]);
  expect((await holdfast(variables, 'top-up', account)).stdout).toContain(
    'Declined 1 time in a row: not tried again before 2099-01-01 00:00:00Z.',
  );
  await stack.sql(declined, [account, 3, null, 'card-declined']);
  expect((await holdfast(variables, 'limits', account)).stdout).toContain(
    'Stopped after 3 declines (card-declined)',
  );
  await stack.sql(declined, [account, 0, null, null]);
  await stack.sql(
    'UPDATE holdfast.account_settings SET top_up_price_cents = 4800 WHERE account_id = $1',
    [account],
  );
  expect((await holdfast(variables, 'top-up', account)).stdout).toContain(
    'Stopped: the pack costs more than when it was set; setting it again lets it go on.',
  );
  expect(await holdfastJson(variables, 'top-up', account, '--off')).toMatchObject({
    code: 0,
    json: { topUp: null },
  });
});

test.each([
  ['TOP_UP_CAP_TOO_LOW', ['--pack', 'pack-125', '--below', '20', '--cap-cents', '4899']],
  ['UNKNOWN_PACK', ['--pack', 'pack-1', '--below', '20', '--cap-cents', '4900']],
  ['TOP_UP_THRESHOLD_TOO_HIGH', ['--pack', 'pack-125', '--below', '125', '--cap-cents', '4900']],
])('a top-up is refused by the ledger’s catalog with %s', async (code, words) => {
  const refused = await holdfastJson(variables, 'top-up', uniqueId('acme'), ...words);
  expect(refused).toMatchObject({ code: 2, json: errorOf(code) });
});

test('a stop is shown to the account’s owner until exactly that stop is ended', async () => {
  const account = uniqueId('acme');
  const why = ['--reason', 'Ticket 4711', '--by', 'sam'];
  const stop = { reason: 'Ticket 4711', by: 'sam', since: expect.any(String) };
  const own = { accountId: account, kind: null, ...stop };
  const ofKind = { accountId: null, kind: 'ai-avatar', ...stop };
  expect(await holdfastJson(variables, 'stop', account, ...why)).toEqual({ code: 0, json: own });
  expect(await holdfastJson(variables, 'stop', '--kind', 'ai-avatar', ...why)).toEqual({
    code: 0,
    json: ofKind,
  });
  const { stdout } = await holdfast(variables, 'stop', '--all', ...why);
  expect(stdout).toMatch(
    /^Stopped: all kinds for all accounts, by sam since \S+ \S+: Ticket 4711\n$/,
  );

  expect(await holdfastJson(variables, 'admit', '--all', ...why)).toMatchObject({
    code: 0,
    json: { admitted: true },
  });
  expect(await holdfastJson(variables, 'admit', account, ...why)).toEqual({
    code: 0,
    json: { accountId: account, kind: null, admitted: true, stops: [ofKind] },
  });
  expect((await holdfast(variables, 'admit', account, ...why)).stdout).toMatch(
    /^There was no stop of all kinds for account \S+\.\nStopped: ai-avatar for all accounts, by sam since .*: Ticket 4711\n$/,
  );
  expect(await holdfastJson(variables, 'admit', '--kind', 'ai-avatar', ...why)).toEqual({
    code: 0,
    json: { accountId: null, kind: 'ai-avatar', admitted: true, stops: [] },
  });
});

test('a kind that no catalog has can’t be stopped', async () => {
  const words = ['stop', '--kind', 'text-to-smell', '--reason', 'r', '--by', 'sam'];
  expect(await holdfastJson(variables, ...words)).toEqual({
    code: 2,
    json: errorOf('UNKNOWN_KIND', { kind: 'text-to-smell' }),
  });
});

test('an operator’s limits are set with a reason and a name, shown to the owner without them, and removed', async () => {
  const account = uniqueId('acme');
  const why = ['--reason', 'Ticket 4711', '--by', 'sam'];
  const limits = { dailyCreditsMax: 500, topUpMonthlyCapCents: 20_000, topUpsPerDayMax: 1 };
  const words = ['--daily', '500', '--top-up-cap-cents', '20000', '--top-ups-per-day', '1'];
  const record = {
    accountId: account,
    reason: 'Ticket 4711',
    by: 'sam',
    since: expect.any(String),
  };
  expect(await holdfastJson(variables, 'operator-limits', account, ...words, ...why)).toEqual({
    code: 0,
    json: { operatorLimits: { ...record, limits } },
  });
  expect((await holdfast(variables, 'operator-limits', account)).stdout).toMatch(
    /^An operator's limits for account \S+: 500 credits per day, top-ups for 20,000 minor units per month, 1 top-up per day\.\nSet by sam since .*: Ticket 4711\n$/,
  );
  const owners = (await holdfast(variables, 'limits', account)).stdout;
  expect(owners).toContain('Set by an operator: 500 credits per day, top-ups for');
  expect(owners).not.toContain('Ticket 4711');
  const daily = ['operator-limits', account, '--daily', 'none', ...why];
  expect(await holdfastJson(variables, ...daily)).toMatchObject({
    json: { operatorLimits: { limits: { topUpMonthlyCapCents: 20_000, topUpsPerDayMax: 1 } } },
  });
  const remove = ['operator-limits', account, '--remove', ...why];
  expect(await holdfastJson(variables, ...remove)).toEqual({
    code: 0,
    json: { operatorLimits: null },
  });
});

test('declines are forgotten by an operator who says why', async () => {
  const account = uniqueId('acme');
  const why = ['--reason', 'A new default card', '--by', 'sam'];
  expect(await holdfastJson(variables, 'forget-declines', account, ...why, '--yes')).toEqual({
    code: 0,
    json: { accountId: account, paymentMethods: 0 },
  });
});
