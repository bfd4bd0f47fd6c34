import type { RestoreComparison } from '../../../contract/restore';
import type { RunningWorker } from '../../../worker/worker';
import { eventually } from '../../support/eventually';
import { whileUnreachable } from '../../support/while-unreachable';
import { uniqueId } from '../harness';
import { RestoredLedger } from './restored-ledger';

const WORDS = ['--reason', 'Restored, ticket 4711', '--by', 'sam'];
const CLOSED = { name: 'HoldfastError', code: 'LEDGER_RESTORED' };
const ACCOUNT = uniqueId('restored');
const ENDS = new Date(Date.now() + 30 * 86_400_000).toISOString();

let ledger: RestoredLedger;
let worker: RunningWorker;
let look: () => Promise<void>;
beforeAll(async () => {
  ledger = await RestoredLedger.open();
  const { client } = ledger.holdfast;
  ({ started: worker, look } = await ledger.watched(() => ledger.startWorker()));
  await client.subscriptions.subscribe({
    ...{ accountId: ACCOUNT, subscriptionId: 's' },
    ...{ planId: 'lite-monthly', paymentReference: 'pay-1' },
  });
  await grant('before', 10);
});
afterAll(() => ledger.close());

const ALL_AVATARS = { accountId: null, kind: 'ai-avatar' };

const grant = (key: string, credits: number) =>
  ledger.holdfast.client.grants.create({
    ...{ accountId: ACCOUNT, key, credits, source: 'promotion' },
    ...{ reason: 'A gift', by: 'ada', expiresAt: ENDS },
  });

const generation = (requestId: string) => ({
  ...{ accountId: ACCOUNT, requestId, kind: 'text-to-image', input: { prompt: 'a private word' } },
});

const purchase = (purchaseId: string) => ({
  ...{ accountId: ACCOUNT, purchaseId, packId: 'pack-125', shownPriceCents: 4_900 },
});

async function compared(...words: string[]): Promise<RestoreComparison> {
  const { json } = await ledger.run('restore', 'compare', ...words);
  return json as RestoreComparison;
}

/** Balance and figures, without the times. */
async function figures() {
  const { available, reserved, spent, granted } = await whileUnreachable(() =>
    ledger.holdfast.ledger.balance(ACCOUNT),
  );
  return { available, reserved, spent, granted };
}

test('a ledger that was restored under a running worker is closed, compared, redone, and opened', async () => {
  const { client, provider, payments } = ledger.holdfast;
  await ledger.backUp();
  const backedUp = await figures();
  await grant('after', 20);
  await client.subscriptions.renew({
    ...{ accountId: ACCOUNT, subscriptionId: 's', paymentReference: 'pay-2' },
  });
  expect(await client.purchases.buy(purchase('bought'))).toMatchObject({ status: 'granted' });
  const started = await client.generations.start(generation('done'));
  expect(await client.generations.result(ACCOUNT, 'done')).toMatchObject({
    status: 'committed',
    charged: 2,
  });
  expect(started.status).toBe('admitted');
  for (const [key, dailyCreditsMax] of [
    ['looser', 900],
    ['tighter', 800],
  ] as const)
    await client.settings.setLimits({ accountId: ACCOUNT, key, dailyCreditsMax });
  await client.settings.stop({ ...ALL_AVATARS, key: 'stop', reason: 'r', by: 'ada' });
  const settings = await ledger.holdfast.ledger.accountSettings(ACCOUNT);
  const before = await figures();
  provider.hold(`generation/${ACCOUNT}/held`);
  await client.generations.start(generation('held'));
  await ledger.passMinute();
  await look();

  await ledger.restore();
  expect(await figures()).toEqual(backedUp);

  // Before the worker has looked: nothing is charged.
  const buying = client.purchases.buy(purchase('later'), { timeoutMs: 1_000 });
  await expect(buying).rejects.toMatchObject({ name: 'HoldfastError' });
  const handle = ledger.holdfast.temporal.client.workflow.getHandle(`purchase/${ACCOUNT}/later`);
  await eventually(async () => {
    const { raw } = await handle.describe();
    const [pending] = raw.pendingActivities ?? [];
    return pending?.lastFailure?.applicationFailureInfo?.type === 'LEDGER_RESTORED';
  });
  const charged = async () =>
    (await payments.book()).map(({ idempotencyKey }) => idempotencyKey.split('/').at(-1));
  expect(await charged()).toEqual(['bought']);

  await look();
  await expect(worker.finished).rejects.toMatchObject(CLOSED);
  await expect(ledger.startWorker()).rejects.toMatchObject(CLOSED);

  await eventually(async () => (await compared()).lost.length === 7);
  const { restored, lost, unreadable } = await compared();
  expect({ restored, unreadable }).toEqual({ restored: true, unreadable: [] });
  expect(lost.map(({ what, id, standing, credits }) => [what, id, standing, credits])).toEqual([
    ['grant', 'after', 'lost', 20],
    ['renew', 'pay-2', 'lost', null],
    ['purchase', 'bought', 'lost', 125],
    ['generation', 'done', 'lost', 2],
    ['limits', 'looser', 'lost', null],
    ['limits', 'tighter', 'lost', null],
    ['stop', 'stop', 'lost', null],
  ]);
  const said = (await ledger.say('restore', 'compare')).stdout;
  expect(said).toContain('it was restored from an older copy');
  expect(said).toContain('grant after: 20 credits granted; the ledger doesn’t have it');
  expect(said).toContain('all accounts  stop stop: ai-avatar stopped: r; the ledger');
  const health = (await ledger.say('doctor')).stdout;
  expect(health).toContain('PROBLEM  ledger-watermark: The ledger is at mark');
  expect(await ledger.run('restore', 'redo', ...WORDS)).toMatchObject({
    json: { error: { code: 'INVALID_ARGUMENT' } },
  });

  expect(await ledger.run('restore', 'redo', ...WORDS, '--yes')).toMatchObject({
    code: 0,
    json: { redone: Array.from({ length: 7 }, () => ({})), refused: [] },
  });
  const { stops, ...again } = await ledger.holdfast.ledger.accountSettings(ACCOUNT);
  const { stops: stopsBefore, ...settingsBefore } = settings;
  expect(again).toEqual(settingsBefore);
  const withoutSince = (all: typeof stops) => all.map(({ since: _, ...stop }) => stop);
  expect(withoutSince(stops)).toEqual(withoutSince(stopsBefore));
  const after = await figures();
  // What was delivered is deducted, because its reservation can't come back.
  expect(after).toEqual({ ...before, spent: backedUp.spent });
  expect((await compared()).lost).toEqual([]);
  expect(await ledger.run('restore', 'redo', ...WORDS, '--yes')).toMatchObject({
    json: { redone: [], refused: [] },
  });
  expect(await figures()).toEqual(after);
  expect((await ledger.holdfast.ledger.audit()).violations).toEqual([]);

  await expect(ledger.startWorker()).rejects.toMatchObject(CLOSED);
  expect(await ledger.run('restore', 'open', ...WORDS, '--yes')).toMatchObject({
    json: { opened: true },
  });
  expect(await ledger.run('restore', 'open', ...WORDS, '--yes')).toMatchObject({
    json: { opened: false },
  });
  worker = await ledger.startWorker();
  await eventually(async () => (await charged()).includes('later'));
  expect(await charged()).toEqual(['bought', 'later']);
  expect(await client.purchases.result(ACCOUNT, 'later')).toMatchObject({ status: 'granted' });
  const acts = await ledger.holdfast.ledger.acts.read({ limit: 50 });
  expect(acts.acts.map(({ what }) => what)).toEqual(
    expect.arrayContaining(['open-restored', 'redo', 'deduct']),
  );
});

test('a commit on a reservation that was lost is refused, listed, and charged by an operator', async () => {
  const { client, provider } = ledger.holdfast;
  const { available } = await figures();
  provider.letGo(`generation/${ACCOUNT}/held`);
  expect(await client.generations.result(ACCOUNT, 'held')).toMatchObject({
    ...{ status: 'released', reason: 'orphaned', charged: 0, deliveredUnpaid: true },
  });
  expect(await figures()).toMatchObject({ available });
  const { code, json } = await ledger.run('stuck');
  expect({ code, json }).toMatchObject({
    code: 5,
    json: {
      stuck: [
        {
          ...{ what: 'reservation', accountId: ACCOUNT, id: 'held', problem: 'lost', credits: 2 },
          command: `holdfast restore redo generation/${ACCOUNT}/held --reason "…" --by NAME`,
          otherwise: `holdfast restore waive ${ACCOUNT} generation held --reason "…" --by NAME`,
        },
      ],
    },
  });
  const redone = await ledger.run(
    ...['restore', 'redo', `generation/${ACCOUNT}/held`, ...WORDS, '--yes'],
  );
  expect(redone).toMatchObject({ code: 0, json: { redone: [{ what: 'generation', id: 'held' }] } });
  expect(await figures()).toMatchObject({ available: available - 2 });
  expect((await ledger.run('stuck')).json).toMatchObject({ stuck: [] });
  expect((await ledger.holdfast.ledger.audit()).violations).toEqual([]);
});

test('a copy beside the ledger is closed, also if it is as far', async () => {
  const { config } = ledger.holdfast;
  const url = new URL(config.databaseUrl as string);
  url.pathname = `/${ledger.lost}`;
  await expect(ledger.startWorker({ databaseUrl: url.href })).rejects.toMatchObject(CLOSED);
});

test('what was waived is listed no more, and booked never', async () => {
  const lost = { accountId: ACCOUNT, what: 'generation', id: 'gift' };
  const { restores } = ledger.holdfast.ledger;
  await ledger.holdfast.ledger.commit(ACCOUNT, 'gift', 2, 'file:///o');
  const before = await figures();
  const waived = await ledger.run('restore', 'waive', ...Object.values(lost), ...WORDS, '--yes');
  expect(waived).toMatchObject({ code: 0, json: { ...lost, ended: 'waived' } });
  expect((await ledger.run('stuck')).json).toMatchObject({ stuck: [] });
  expect(await restores.standings([{ ...lost, what: 'generation' }])).toEqual(['ended']);
  expect(await figures()).toEqual(before);
});
