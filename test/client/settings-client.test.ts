import type { SettingsChange } from '../../client/client';
import { atOnce } from '../ledger/ledger-support';
import { type Holdfast, openHoldfast, uniqueId } from '../workflows/harness';

const TOP_UP = { packId: 'pack-125', belowCredits: 20, monthlyCapCents: 9800 };

let holdfast: Holdfast;
beforeAll(async () => {
  holdfast = await openHoldfast();
  await holdfast.startWorker();
});
afterAll(() => holdfast.closeSettled());

const ids = () => ({ accountId: uniqueId('owner'), key: 'k' });

test('an unknown account has no settings', async () => {
  const { accountId } = ids();
  expect(await holdfast.client.settings.get(accountId)).toEqual({
    accountId,
    limits: { dailyCreditsMax: null, generationCreditsMax: null, concurrentGenerationsMax: null },
    ...{ lowBalance: [], topUp: null, stops: [] },
  });
  await expect(holdfast.client.settings.get('a/b')).rejects.toMatchObject({
    code: 'INVALID_ACCOUNT_ID',
  });
});

test('each change is made once per key, answers with all settings, and gets its first answer again', async () => {
  const { settings } = holdfast.client;
  const { accountId } = ids();
  const limited = await settings.setLimits({
    accountId,
    key: 'k',
    dailyCreditsMax: 500,
    concurrentGenerationsMax: 3,
  });
  expect(limited.limits).toEqual({
    dailyCreditsMax: 500,
    generationCreditsMax: null,
    concurrentGenerationsMax: 3,
  });
  // The key is the setting's own.
  const lowBalance = [{ credits: 20 }, { percentOfCycle: 10 }];
  expect(await settings.setLowBalance({ accountId, key: 'k', lowBalance })).toMatchObject({
    ...limited,
    lowBalance,
  });
  const all = await settings.setTopUp({ accountId, key: 'k', topUp: TOP_UP });
  expect(all).toMatchObject({
    limits: limited.limits,
    lowBalance,
    topUp: { ...TOP_UP, spentThisMonthCents: 0 },
  });
  expect(await settings.get(accountId)).toEqual(all);

  await settings.setLimits({ accountId, key: 'later', dailyCreditsMax: null });
  const again = { accountId, key: 'k', dailyCreditsMax: 500, concurrentGenerationsMax: 3 };
  expect(await settings.setLimits(again)).toEqual(limited);
  expect((await settings.get(accountId)).limits.dailyCreditsMax).toBeNull();
  const conflict = { code: 'IDEMPOTENCY_CONFLICT' };
  await expect(settings.setLimits({ ...again, dailyCreditsMax: 501 })).rejects.toMatchObject(
    conflict,
  );
  await settings.setTopUp({ accountId, key: 'off', topUp: null });
  expect(await settings.get(accountId)).toMatchObject({ topUp: null, lowBalance });
});

test('one of several changes at the same time under one key is made', async () => {
  const { settings } = holdfast.client;
  const { accountId } = ids();
  const answers = await Promise.allSettled(
    [1, 2, 3, 4].map((dailyCreditsMax) =>
      settings.setLimits({ accountId, key: 'k', dailyCreditsMax }),
    ),
  );
  const [made] = answers
    .filter((answer) => answer.status === 'fulfilled')
    .map(({ value }) => value);
  expect(answers.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  for (const answer of answers) {
    if (answer.status === 'rejected')
      expect(answer.reason).toMatchObject({ code: 'IDEMPOTENCY_CONFLICT' });
  }
  expect(await settings.get(accountId)).toEqual(made);
  const same = await atOnce(10, () =>
    settings.setLimits({ accountId, key: 'same', dailyCreditsMax: 7 }),
  );
  expect(same).toEqual(Array(10).fill(same[0]));
});

test('a stop and its end can be repeated', async () => {
  const { settings } = holdfast.client;
  const { accountId } = ids();
  const stop = { accountId, kind: null, reason: 'Dispute', by: 'sam' };
  const stopped = await settings.stop(stop);
  expect(stopped).toEqual({ ...stop, since: expect.any(String) });
  expect(await settings.stop({ ...stop, key: 'k' })).toEqual(stopped);
  expect((await settings.get(accountId)).stops).toEqual([stopped]);
  expect(await settings.admit({ accountId, kind: 'ai-avatar' })).toEqual({ admitted: false });
  expect(await settings.admit({ accountId, kind: null })).toEqual({ admitted: true });
  expect(await settings.admit({ accountId, kind: null })).toEqual({ admitted: false });
  const ofKind = await settings.stop({
    accountId: null,
    kind: 'ai-avatar',
    reason: 'It is down',
    by: 'sam',
  });
  expect((await settings.get(accountId)).stops).toEqual([ofKind]);
  expect(await settings.admit({ accountId: null, kind: 'ai-avatar' })).toEqual({ admitted: true });
});

test.each<[string, object]>([
  ['INVALID_LIMIT', { setting: 'limits', dailyCreditsMax: -1 }],
  ['INVALID_LIMIT', { setting: 'limits', concurrentGenerationsMax: 1.5 }],
  ['INVALID_ARGUMENT', { setting: 'limits' }],
  ['INVALID_THRESHOLD', { setting: 'low-balance', lowBalance: [{ percentOfCycle: 101 }] }],
  ['INVALID_THRESHOLD', { setting: 'top-up', topUp: { ...TOP_UP, belowCredits: 0 } }],
  ['INVALID_MONTHLY_CAP', { setting: 'top-up', topUp: { ...TOP_UP, monthlyCapCents: 0.5 } }],
  ['TOP_UP_CAP_TOO_LOW', { setting: 'top-up', topUp: { ...TOP_UP, monthlyCapCents: 4899 } }],
  ['UNKNOWN_PACK', { setting: 'top-up', topUp: { ...TOP_UP, packId: '' } }],
  ['UNKNOWN_PACK', { setting: 'top-up', topUp: { ...TOP_UP, packId: 'pack-1' } }],
  ['INVALID_PAYMENT_METHOD', { setting: 'top-up', topUp: { ...TOP_UP, paymentMethod: 'a\nb' } }],
  ['INVALID_STOP', { setting: 'stop', kind: null, reason: ' ', by: 'sam' }],
  ['INVALID_STOP', { setting: 'admit' }],
  ['UNKNOWN_KIND', { setting: 'stop', kind: 'text-to-smell', reason: 'r', by: 'sam' }],
  ['INVALID_KEY', { setting: 'limits', key: 'a/b', dailyCreditsMax: 1 }],
  ['INVALID_ACCOUNT_ID', { setting: 'limits', accountId: null, dailyCreditsMax: 1 }],
])('refuses with %s: %j, told by the client or by name with JSON', async (code, said) => {
  const { client, temporal } = holdfast;
  const change = { ...ids(), ...said } as SettingsChange;
  const { setting, ...request } = change;
  const told = {
    limits: 'setLimits',
    'low-balance': 'setLowBalance',
    'top-up': 'setTopUp',
    stop: 'stop',
    admit: 'admit',
  } as const;
  const tell = client.settings[told[setting]].bind(client.settings) as (
    request: object,
  ) => Promise<unknown>;
  await expect(tell(request)).rejects.toMatchObject({ name: 'HoldfastError', code });

  const workflowId = `settings/${change.accountId ?? '-'}/${change.key}`;
  const start = { workflowId, taskQueue: temporal.taskQueue, args: [change] };
  const handle = await temporal.client.workflow.start('settingsWorkflow', start);
  expect(await handle.result()).toMatchObject({ ok: false, refusal: { code }, change });
});

test('a settings workflow under another id than its change’s fails', async () => {
  const { client, taskQueue } = holdfast.temporal;
  const { accountId } = ids();
  for (const change of [
    { setting: 'limits', accountId, key: 'other', dailyCreditsMax: 1 },
    { accountId },
    null,
  ]) {
    const workflowId = `settings/${accountId}/k`;
    const handle = await client.workflow.start('settingsWorkflow', {
      workflowId,
      taskQueue,
      args: [change],
    });
    await expect(handle.result()).rejects.toMatchObject({
      cause: { type: 'WORKFLOW_ID_MISMATCH' },
    });
  }
});
