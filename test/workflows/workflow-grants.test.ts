import { type Holdfast, openHoldfast, uniqueId } from './harness';

let holdfast: Holdfast;
beforeAll(async () => {
  holdfast = await openHoldfast();
});
afterAll(() => holdfast.closeSettled());

const grantOf = (credits: number, key = uniqueId('key')) => ({
  ...{ accountId: uniqueId('granted'), key, credits, source: 'promotion' as const },
  ...{ reason: 'promise', by: 'ceo@corp', expiresAt: '2099-01-01T00:00:00Z' },
});

/** As `temporal workflow start` does. */
function startBare(request: ReturnType<typeof grantOf>) {
  const { client, taskQueue } = holdfast.temporal;
  const workflowId = `grant/${request.accountId}/${request.key}`;
  return client.workflow.execute('grantWorkflow', { workflowId, taskQueue, args: [request] });
}

test('a worker without limits answers every grant with GRANTS_NOT_CONFIGURED', async () => {
  const worker = await holdfast.startWorker({ grantLimits: undefined });
  const grant = grantOf(777_777);
  expect(await startBare(grant)).toMatchObject({
    ok: false,
    refusal: { code: 'GRANTS_NOT_CONFIGURED' },
    request: grant,
  });
  await expect(holdfast.client.grants.create(grantOf(1))).rejects.toMatchObject({
    code: 'GRANTS_NOT_CONFIGURED',
  });
  expect(await holdfast.ledger.balance(grant.accountId)).toMatchObject({ at: null, granted: 0 });
  await worker.stop();
});

test('a worker with limits grants within them, and repeats an answer when they are gone', async () => {
  const { client } = holdfast;
  const worker = await holdfast.startWorker({ grantLimits: { creditsMax: 50, creditsPerDay: 60 } });
  expect(await startBare(grantOf(51))).toMatchObject({
    refusal: { code: 'GRANT_LIMIT_EXCEEDED', details: { credits: 51, creditsMax: 50 } },
  });
  const grant = grantOf(50);
  const first = await client.grants.create(grant);
  const { acts } = await holdfast.ledger.acts.read({ accountId: grant.accountId, limit: 10 });
  const claimedIdentity = holdfast.temporal.client.options.identity;
  expect(acts).toMatchObject([{ what: 'grant', entry: 1, by: grant.by, claimedIdentity }]);
  await expect(client.grants.create(grantOf(11))).rejects.toMatchObject({
    code: 'DAILY_GRANTS_REACHED',
    details: { credits: 11, granted: 50, creditsPerDay: 60, resetsAt: expect.any(String) },
  });
  await worker.stop();
  await holdfast.startWorker({ grantLimits: undefined });
  expect(await client.grants.create(grant)).toEqual(first);
});
