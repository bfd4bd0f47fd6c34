import type { Client } from '@temporalio/client';
import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import { type DueHoldsContext, inspectDueHolds, takeDueOrphans } from '../../activities/due-holds';
import { type TestTemporal, testTemporal, uniqueTaskQueue } from '../support/temporal';

const KEYS = Array.from({ length: 24 }, (_, index) => ({
  ...{ accountId: uniqueTaskQueue(), requestId: `r${index}`, kind: 'text-to-image' },
  ...{ expiresAt: '2031-01-01T00:00:00.000Z', credits: 2 },
}));
const CLOSED = KEYS.slice(0, 4);
const workflowIdOf = (accountId: string, requestId: string) => `${accountId}/${requestId}`;
const namesOf = (keys: { requestId: string }[]) => keys.map(({ requestId }) => requestId).sort();

let temporal: TestTemporal;
beforeAll(async () => {
  temporal = await testTemporal();
  const taskQueue = uniqueTaskQueue();
  for (const { accountId, requestId } of KEYS)
    await temporal.client.workflow.start('any', {
      ...{ workflowId: workflowIdOf(accountId, requestId), taskQueue },
    });
  for (const { accountId, requestId } of CLOSED)
    await temporal.client.workflow.getHandle(workflowIdOf(accountId, requestId)).terminate();
});
afterEach(() => {
  jest.restoreAllMocks();
});

type List = Client['workflowService']['listWorkflowExecutions'];

/** A page over all holds, where Temporal's list answers so. */
async function inspected<Answer>(
  list: () => Promise<Awaited<ReturnType<List>>>,
  inspect: (context: DueHoldsContext) => Promise<Answer>,
) {
  const extended: string[] = [];
  const { connection, options } = temporal.client;
  const holds = {
    due: async () => KEYS,
    take: async () => KEYS,
    extend: async (_accountId: string, requestId: string) => {
      extended.push(requestId);
    },
    extendAll: async (keys: { requestId: string }[]) => {
      extended.push(...namesOf(keys));
      return keys.length;
    },
  };
  const context = {
    ledger: { holds },
    temporal: { connection, options, workflowService: { listWorkflowExecutions: list } },
    ...{ holdMs: 300_000, workflowIdOf },
  } as unknown as DueHoldsContext;
  const environment = new MockActivityEnvironment({}, { logger: new DefaultLogger('ERROR') });
  return { answer: (await environment.run(() => inspect(context))) as Answer, extended };
}

const allRunning = async () =>
  ({
    executions: KEYS.map(({ accountId, requestId }) => ({
      execution: { workflowId: workflowIdOf(accountId, requestId) },
    })),
  }) as Awaited<ReturnType<List>>;
const noneRunning = async () => ({ executions: [] }) as unknown as Awaited<ReturnType<List>>;
const unavailable = async () => Promise.reject(new Error('rate limit'));

const inspect = (context: DueHoldsContext) =>
  inspectDueHolds(context, { dueBy: '2031-01-01T00:00:00.000Z', after: null, passId: 'p' });
const take = (context: DueHoldsContext) =>
  takeDueOrphans(context, { dueBy: '2031-01-01T00:00:00.000Z', passId: 'p' });

test.each([
  ['is behind', noneRunning],
  ['can’t be had', unavailable],
])('where Temporal’s list %s, what runs is held on all the same', async (_why, list) => {
  const { answer, extended } = await inspected(list, inspect);
  expect(answer).toMatchObject({ extended: 20, orphanCount: 4, missing: 0, unclear: 0 });
  expect(namesOf(answer.orphans)).toEqual(namesOf(CLOSED));
  expect(extended.sort()).toEqual(namesOf(KEYS.slice(4)));
});

test('what is listed as running is held on, but for the share that is asked about all the same', async () => {
  jest.spyOn(Math, 'random').mockReturnValue(0.5);
  expect((await inspected(allRunning, inspect)).answer).toMatchObject({
    ...{ extended: 24, orphanCount: 0 },
  });
  jest.spyOn(Math, 'random').mockReturnValue(0.01);
  expect((await inspected(allRunning, inspect)).answer).toMatchObject({
    ...{ extended: 20, orphanCount: 4 },
  });
});

test('an orphan is one by its workflow’s own description, also where the list says otherwise', async () => {
  const { answer } = await inspected(noneRunning, take);
  expect(namesOf(answer.orphans)).toEqual(namesOf(CLOSED));
  expect(answer.isLast).toBe(true);
});
