import type { Client } from '@temporalio/client';
import { defaultDataConverter, defaultPayloadConverter, type Payload } from '@temporalio/common';
import { type Run, rememberedBy } from '../../../cli/restore/remembered';

const temporal = {
  options: { loadedDataConverter: { ...defaultDataConverter, payloadCodecs: [] } },
} as unknown as Client;

const payloads = (...values: unknown[]) => ({
  payloads: values.map((value) => defaultPayloadConverter.toPayload(value) as Payload),
});
const eventTime = { seconds: 1_893_456_000, nanos: 5_000_000 };
const AT = '2030-01-01T00:00:00.005Z';

const started = (input: unknown) => ({
  eventTime,
  workflowExecutionStartedEventAttributes: { input: payloads(input) },
});
const completed = (result: unknown) => ({
  eventTime,
  workflowExecutionCompletedEventAttributes: { result: payloads(result) },
});
const updated = (name: string, said: unknown, answer: unknown, updateId = name) => [
  {
    eventTime,
    workflowExecutionUpdateAcceptedEventAttributes: {
      acceptedRequest: { meta: { updateId }, input: { name, args: payloads(said) } },
    },
  },
  {
    eventTime,
    workflowExecutionUpdateCompletedEventAttributes: {
      meta: { updateId },
      outcome: { success: payloads(answer) },
    },
  },
];

const by = (workflowType: string, workflowId: string, ...events: object[]) =>
  rememberedBy(temporal, { workflowType, workflowId, events } as Run);

describe('a grant', () => {
  const request = {
    ...{ accountId: 'acme', key: 'k', credits: 5, source: 'adjustment', reason: 'r', by: 'ada' },
  };
  const grant = {
    ...{ grantId: '1', accountId: 'acme', source: 'adjustment', credits: 5 },
    ...{ expiresAt: null, grantedAt: AT },
  };
  const OWN = 'grant/acme/k';
  const run = (result: unknown, id = OWN) =>
    by('grantWorkflow', id, started(request), completed(result));

  test('is remembered with its request', async () => {
    const { accountId, key: id, ...said } = request;
    const workflowId = 'grant/acme/k';
    expect(await run({ ok: true, grant, request })).toEqual([
      { accountId, what: 'grant', id, at: AT, workflowId, credits: 5, said },
    ]);
  });

  test.each<[string, unknown, string]>([
    ['was refused', { ok: false, refusal: { code: 'EXPIRY_IN_PAST', message: 'm' }, request }, OWN],
    ['has another workflow’s id', { ok: true, grant, request }, 'grant/acme/other'],
    ['is another account’s', { ok: true, grant, request }, 'grant/victim/k'],
    ['makes no sense', { ok: true, grant, request: { ...request, credits: -5 } }, OWN],
    ['has no result', 'text', OWN],
  ])('that %s is none', async (_, result, id) => {
    expect(await run(result, id)).toEqual([]);
  });
});

describe('a generation', () => {
  const result = {
    ...{ accountId: 'acme', requestId: 'r', requestHash: '', status: 'committed' },
    ...{ reserved: 4, charged: 3, outputUrl: 'file:///o' },
  };
  const run = (more: object) =>
    by('generationWorkflow', 'generation/acme/r', started({}), completed({ ...result, ...more }));

  test('is remembered with what it was charged', async () => {
    const said = { credits: 3, outputUrl: 'file:///o' };
    expect(await run({})).toMatchObject([{ what: 'generation', id: 'r', credits: 3, said }]);
  });

  test('that was delivered unpaid has the price that the ledger was told', async () => {
    const unpaid = { status: 'released', reason: 'orphaned', charged: 0, deliveredUnpaid: true };
    expect(await run(unpaid)).toMatchObject([{ credits: null, said: { outputUrl: 'file:///o' } }]);
  });

  test.each(['released', 'rejected'])('that was %s is none', async (status) => {
    expect(await run({ status, charged: 0 })).toEqual([]);
  });
});

describe('a purchase', () => {
  const request = {
    accountId: 'acme',
    purchaseId: 'p',
    packId: 'pack-125',
    shownPriceCents: 4_900,
  };
  const { accountId: _, purchaseId: __, ...body } = request;
  const charge = {
    eventTime,
    activityTaskScheduledEventAttributes: { activityType: { name: 'charge' } },
  };
  const result = (status: string) => ({
    ...{ accountId: 'acme', purchaseId: 'p', purchaseHash: '', status, paymentId: 'pay' },
    credits: 125,
  });
  const run = (...events: object[]) =>
    by('purchaseWorkflow', 'purchase/acme/p', started(request), ...events);

  test('is remembered with its payment, or without while it is charged', async () => {
    expect(await run(charge, completed(result('granted')))).toMatchObject([
      { what: 'purchase', id: 'p', credits: 125, said: { ...body, paymentId: 'pay' } },
    ]);
    expect(await run(charge)).toMatchObject([{ credits: null, said: body }]);
  });

  test('that was not charged yet, or bought nothing, is none', async () => {
    expect(await run()).toEqual([]);
    for (const status of ['declined', 'voided', 'returned', 'refused'])
      expect(await run(charge, completed(result(status)))).toEqual([]);
  });
});

describe('a subscription', () => {
  const subscribe = { planId: 'lite-monthly', paymentReference: 'pay-1' };
  const key = { accountId: 'acme', subscriptionId: 's' };
  const ok = { ok: true, value: {}, replayed: false };
  const no = { ok: false, refusal: { code: 'SUBSCRIPTION_LAPSED', message: 'm' } };
  const refused = { status: 'refused', refusal: no.refusal };
  const run = async (input: object, ...events: object[]) => {
    const found = await by(
      ...(['billingCycleWorkflow', 'subscription/acme/s'] as const),
      ...[started({ ...key, ...input }), ...events],
    );
    return found.map(({ what, id, said }) => [what, id, said]);
  };

  test('is remembered with the commands that were accepted, under their keys', async () => {
    const found = await run(
      { subscribe },
      ...updated('subscribe', subscribe, ok),
      ...updated('renew', { paymentReference: 'pay-2', accountId: 'victim' }, ok),
      ...updated('renew', { paymentReference: 'pay-3' }, no, 'refused'),
      ...updated('changePlan', { key: 'k1', planId: 'professional-monthly' }, ok),
      ...updated('cancelAtPeriodEnd', { key: 'k2' }, ok),
      ...updated('cancelAtPeriodEnd', { key: 7 }, ok, 'nonsense'),
    );
    const { subscriptionId } = key;
    expect(found).toEqual([
      ['subscribe', 's', subscribe],
      ['renew', 'pay-2', { subscriptionId, paymentReference: 'pay-2' }],
      ['changePlan', 'k1', { subscriptionId, planId: 'professional-monthly' }],
      ['cancelAtPeriodEnd', 'k2', { subscriptionId }],
    ]);
  });

  test('that a restored ledger has refused since is remembered; one that never began is not', async () => {
    const begun = updated('subscribe', subscribe, ok);
    expect(await run({ subscribe }, ...begun, completed(refused))).toHaveLength(1);
    expect(await run({ subscribe }, completed(refused))).toEqual([]);
    expect(
      await run({ subscribe }, ...updated('subscribe', subscribe, no), completed(refused)),
    ).toEqual([]);
  });

  test('in a later cycle began before', async () => {
    expect(await run({ seenKeys: [] })).toEqual([]);
  });
});

describe('a change of settings', () => {
  const limits = { setting: 'limits', accountId: 'acme', key: 'k', dailyCreditsMax: 5 };
  const stop = { setting: 'stop', kind: null, key: 'k', reason: 'r', by: 'sam' };
  const run = (result: object, workflowId = 'settings/acme/k') =>
    by('settingsWorkflow', workflowId, started({}), completed(result));
  const ok = { ok: true, value: {}, replayed: false };

  test.each([
    ['limits', { dailyCreditsMax: 5 }, limits],
    ['low-balance', [{ credits: 9 }], { lowBalance: [{ credits: 9 }] }],
    ['top-up', null, { topUp: null }],
  ])('of %s is remembered with what was set, and when it was said', async (setting, set, said) => {
    const change = { accountId: 'acme', key: 'k', ...said, setting };
    expect(await run({ ...ok, change })).toEqual([
      {
        ...{ accountId: 'acme', what: setting, id: 'k', at: AT, workflowId: 'settings/acme/k' },
        ...{ credits: null, said: { set, askedAt: AT } },
      },
    ]);
  });

  test('a stop of all accounts has a star', async () => {
    const change = { ...stop, accountId: null };
    expect(await run({ ...ok, change }, 'settings/-/k')).toMatchObject([
      { accountId: '*', what: 'stop', said: { kind: null, reason: 'r', by: 'sam', askedAt: AT } },
    ]);
    expect(await run({ ...ok, change: { ...stop, accountId: 'acme' } })).toMatchObject([
      { accountId: 'acme', what: 'stop' },
    ]);
  });

  test('that was refused, is another workflow’s or makes no sense is none', async () => {
    const refusal = { code: 'SUPERSEDED', message: 'm' };
    expect(await run({ ok: false, refusal, change: limits })).toEqual([]);
    expect(await run({ ...ok, change: { ...limits, accountId: 'victim' } })).toEqual([]);
    expect(await run({ ...ok, change: { ...limits, dailyCreditsMax: -1 } })).toEqual([]);
    expect(await run(ok)).toEqual([]);
  });
});
