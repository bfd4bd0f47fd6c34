import { randomUUID } from 'node:crypto';
import type { RunningWorker } from '../../../worker/worker';
import { granted } from '../../ledger/ledger-support';
import { type Holdfast, openHoldfast, uniqueId } from '../harness';

const ALL_KINDS = { kind: null, reason: 'Dispute', by: 'sam' };
const SUPERSEDED = { ok: false, refusal: { code: 'SUPERSEDED' } };

let holdfast: Holdfast;
let worker: RunningWorker;
beforeAll(async () => {
  holdfast = await openHoldfast();
  worker = await holdfast.startWorker();
});
afterAll(() => holdfast.closeSettled());

const workflowOf = (accountId: string, key: string, runId?: string) =>
  holdfast.temporal.client.workflow.getHandle(`settings/${accountId}/${key}`, runId);

/** Resets the workflow to before its first task, and returns what it ends with then. */
async function outcomeOfReset(accountId: string, key: string): Promise<unknown> {
  const { connection, namespace } = holdfast.temporal;
  const handle = workflowOf(accountId, key);
  const { events } = await handle.fetchHistory();
  const firstTask = events?.find((event) => event.workflowTaskCompletedEventAttributes);
  const { runId } = await connection.workflowService.resetWorkflowExecution({
    namespace,
    workflowExecution: { workflowId: handle.workflowId },
    reason: 'test',
    requestId: randomUUID(),
    workflowTaskFinishEventId: firstTask?.eventId,
  });
  return workflowOf(accountId, key, runId ?? '').result();
}

test('the reset of an old change changes nothing', async () => {
  const { settings } = holdfast.client;
  const accountId = uniqueId('reset');
  const first = await settings.setLimits({ accountId, key: 'old', dailyCreditsMax: 1 });
  await settings.setLimits({ accountId, key: 'new', dailyCreditsMax: 2 });
  await settings.stop({ accountId, ...ALL_KINDS, key: 'stop' });
  await settings.admit({ accountId, kind: null, key: 'admit' });

  expect(await outcomeOfReset(accountId, 'old')).toMatchObject({ ok: true, value: first });
  expect(await outcomeOfReset(accountId, 'stop')).toMatchObject(SUPERSEDED);
  expect(await outcomeOfReset(accountId, 'admit')).toMatchObject({ ok: true });
  expect(await settings.get(accountId)).toMatchObject({
    limits: { dailyCreditsMax: 2 },
    stops: [],
  });
});

test('what the command line has set holds when changes that were asked for before get through', async () => {
  const { client, ledger } = holdfast;
  const [accountId, stopped] = [uniqueId('late'), uniqueId('late')];
  await worker.stop();
  const soon = { timeoutMs: 1_000 };
  const askedMs = Date.now();
  const asked = [
    client.settings.setLimits({ accountId, key: 'limits', dailyCreditsMax: 1 }, soon),
    client.settings.setLowBalance({ accountId, key: 'low', lowBalance: [{ credits: 1 }] }, soon),
    client.settings.stop({ accountId, ...ALL_KINDS, key: 'stop' }, soon),
    client.settings.admit({ accountId: stopped, kind: null, key: 'admit' }, soon),
  ];
  for (const outcome of await Promise.allSettled<unknown>(asked)) {
    const { code, details, message } = (outcome as PromiseRejectedResult).reason;
    expect(code).toMatch(/^(ADMISSION_UNKNOWN|NO_WORKER)$/);
    expect(message).toContain(details.notAfter);
    expect(Date.parse(details.notAfter)).toBeGreaterThan(askedMs + 60_000);
  }
  const { settings } = ledger;
  await granted(settings.setLimits({ accountId, key: 'direct', dailyCreditsMax: 2 }));
  await granted(settings.setLowBalance({ accountId, key: 'direct', lowBalance: [] }));
  await granted(settings.admit({ accountId, kind: null }));
  await granted(settings.stop({ ...ALL_KINDS, accountId: stopped }));
  const [before, stop] = [
    await ledger.accountSettings(accountId),
    await ledger.accountSettings(stopped),
  ];

  worker = await holdfast.startWorker();
  for (const [account, key] of [
    ...['limits', 'low', 'stop'].map((key) => [accountId, key] as const),
    [stopped, 'admit'] as const,
  ]) {
    expect(await workflowOf(account, key).result()).toMatchObject(SUPERSEDED);
  }
  expect(await ledger.accountSettings(accountId)).toEqual(before);
  expect(await ledger.accountSettings(stopped)).toEqual(stop);
  expect(stop.stops).toMatchObject([ALL_KINDS]);

  await client.settings.setLimits({ accountId, key: 'later', dailyCreditsMax: 3 });
  expect((await ledger.accountSettings(accountId)).limits.dailyCreditsMax).toBe(3);
});
