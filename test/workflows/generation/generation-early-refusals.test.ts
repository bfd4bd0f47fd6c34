import { createHoldfastClient, type HoldfastClient } from '../../../client/client';
import type { LedgerReader } from '../../../contract/ledger-reader';
import { createLedger } from '../../../ledger/ledger';
import { type Holdfast, openHoldfast, uniqueId } from '../harness';
import { lostLedger } from '../lost-ledger';

const IMAGE = { requestId: 'r', kind: 'text-to-image' };

describe('a request that is refused before its credits are looked at', () => {
  let holdfast: Holdfast;
  let accountId: string;
  beforeAll(async () => {
    holdfast = await openHoldfast();
    await holdfast.startWorker();
  });
  beforeEach(() => {
    accountId = uniqueId('refused');
  });
  afterAll(() => holdfast.closeSettled());

  const start = (more: object = {}, client: HoldfastClient = holdfast.client) =>
    client.generations.start({ accountId, ...IMAGE, ...more });

  const workflowOf = (requestId = 'r') =>
    holdfast.temporal.client.workflow.getHandle(`generation/${accountId}/${requestId}`).describe();

  const expectNoWorkflow = () =>
    expect(workflowOf()).rejects.toMatchObject({ name: 'WorkflowNotFoundError' });

  const again = expect.stringMatching(/Nothing was begun .* the same id may be used again\.$/);

  test('starts no workflow for an account that the ledger doesn’t know, and the same id serves later', async () => {
    const { client } = holdfast;
    const refused = {
      status: 'ended',
      reserved: 0,
      result: {
        ...{ accountId, requestId: 'r', status: 'rejected', reason: 'INSUFFICIENT_CREDITS' },
        ...{ required: 2, available: 0, shortfall: 2, requestEnded: false, message: again },
        packs: [{ packId: 'pack-125' }, { packId: 'pack-300' }, { packId: 'pack-450' }],
      },
    };
    const input = 'x'.repeat(65_000);
    expect(await start({ input })).toMatchObject(refused);
    expect(await start({ input, onInsufficientCredits: 'wait' })).toMatchObject(refused);
    await expectNoWorkflow();
    await expect(client.generations.result(accountId, 'r')).rejects.toMatchObject({
      code: 'REQUEST_NOT_FOUND',
    });
    expect(await client.generations.status(accountId, 'r')).toMatchObject({
      workflow: 'unknown',
      record: null,
    });
    await holdfast.fund(accountId, 2);
    expect(await start({ input })).toMatchObject({ status: 'admitted', reserved: 2 });
    expect(await client.generations.result(accountId, 'r')).toMatchObject({ status: 'committed' });
  });

  test('starts no workflow for a stop, and runs under the same id when that has ended', async () => {
    const { client } = holdfast;
    await holdfast.fund(accountId, 2);
    await client.settings.stop({ accountId, kind: null, reason: 'dispute', by: 'sam' });
    const { acts } = await holdfast.ledger.acts.read({ accountId, limit: 1 });
    const claimedIdentity = holdfast.temporal.client.options.identity;
    expect(acts).toMatchObject([{ what: 'stop', by: 'sam', claimedIdentity }]);
    expect(await start()).toMatchObject({
      status: 'ended',
      result: {
        ...{ status: 'rejected', reason: 'ADMISSION_STOPPED', requestEnded: false },
        ...{ message: again, details: { reason: 'dispute', by: 'sam' } },
      },
    });
    await expectNoWorkflow();
    await client.settings.admit({ accountId, kind: null });
    expect(await start()).toMatchObject({ status: 'admitted' });
    expect(await client.generations.result(accountId, 'r')).toMatchObject({ status: 'committed' });
  });

  test.each([
    ['an unknown kind', 'UNKNOWN_KIND', { kind: 'text-to-smell' }],
    ['a missing duration', 'DURATION_REQUIRED', { kind: 'ai-avatar' }],
    ['audio where there is none', 'AUDIO_NOT_ALLOWED', { audio: true }],
    [
      'a deadline in the past',
      'WAIT_DEADLINE_IN_PAST',
      { onInsufficientCredits: 'wait', waitUntil: '2020-01-01T00:00:00Z' },
    ],
  ])('throws the code for %s, and starts no workflow', async (_, code, asked) => {
    await holdfast.fund(accountId, 2);
    await expect(start(asked)).rejects.toMatchObject({
      name: 'HoldfastError',
      code,
      message: again,
      details: { requestEnded: false },
    });
    await expectNoWorkflow();
    expect(await start()).toMatchObject({ status: 'admitted' });
    await holdfast.client.generations.result(accountId, 'r');
  });

  test('has its first answer where it was begun before: running, ended, or rejected', async () => {
    const { client } = holdfast;
    await holdfast.fund(accountId, 4);
    const hang = { requestId: 'runs', input: { simulate: 'hang' } };
    await start(hang);
    await start({ requestId: 'ended' });
    const ended = await client.generations.result(accountId, 'ended');
    const rejected = await start({ requestId: 'rejected' });
    expect(rejected.result).toMatchObject({ reason: 'INSUFFICIENT_CREDITS', required: 2 });
    expect(rejected.result).not.toHaveProperty('requestEnded');
    await client.settings.stop({ accountId, kind: null, reason: 'dispute', by: 'sam' });
    expect(await start(hang)).toMatchObject({ status: 'admitted', reserved: 2 });
    expect(await start({ requestId: 'ended' })).toMatchObject({ status: 'admitted', reserved: 2 });
    expect(await client.generations.result(accountId, 'ended')).toEqual(ended);
    expect(await start({ requestId: 'rejected' })).toEqual(rejected);
    await expect(start({ requestId: 'ended', kind: 'ai-avatar' })).rejects.toMatchObject({
      code: 'IDEMPOTENCY_CONFLICT',
    });
    await client.generations.cancel(accountId, 'runs');
    await client.generations.result(accountId, 'runs');
  });

  test('has the answer of its pending workflow, which a worker has not taken up yet', async () => {
    const { temporal } = holdfast;
    const taskQueue = uniqueId('idle');
    const client = createHoldfastClient({
      temporal: temporal.client,
      ledger: holdfast.ledger,
      taskQueue,
    });
    await holdfast.fund(accountId, 2);
    const request = { accountId, ...IMAGE, admitWithinSeconds: 3_600 };
    const unheard = client.generations.start(request, { timeoutMs: 500 });
    await expect(unheard).rejects.toMatchObject({ code: 'NO_WORKER' });
    await holdfast.client.settings.stop({ accountId, kind: null, reason: 'dispute', by: 'sam' });
    await holdfast.startWorker({ taskQueue });
    expect(await client.generations.start(request)).toMatchObject({
      status: 'ended',
      result: { status: 'rejected', reason: 'ADMISSION_STOPPED' },
    });
    expect((await workflowOf()).status.name).toBe('COMPLETED');
  });

  test.each<[string, () => { client: HoldfastClient; close: () => Promise<void> }]>([
    [
      'without a ledger',
      () => {
        const { client: temporal, taskQueue } = holdfast.temporal;
        return { client: createHoldfastClient({ temporal, taskQueue }), close: async () => {} };
      },
    ],
    [
      'whose ledger can’t be reached',
      () => {
        const { client: temporal, taskQueue } = holdfast.temporal;
        const away = createLedger({ databaseUrl: 'postgres://nobody@127.0.0.1:1/nothing' });
        const ledger = lostLedger(holdfast.ledger, away);
        return {
          client: createHoldfastClient({ temporal, ledger, taskQueue }),
          close: () => away.close(),
        };
      },
    ],
    [
      'whose ledger doesn’t answer',
      () => {
        const { client: temporal, taskQueue } = holdfast.temporal;
        const silent: Pick<LedgerReader, 'effectiveCatalog' | 'admissionOutlook'> = {
          effectiveCatalog: () => holdfast.ledger.effectiveCatalog(),
          admissionOutlook: () => new Promise(() => {}),
        };
        const ledger = lostLedger(holdfast.ledger, silent);
        return {
          client: createHoldfastClient({ temporal, ledger, taskQueue }),
          close: async () => {},
        };
      },
    ],
  ])('is refused by its workflow for a client %s', async (_, open) => {
    const { client, close } = open();
    const { result } = await start({}, client);
    expect(result).toMatchObject({ status: 'rejected', reason: 'INSUFFICIENT_CREDITS' });
    expect(result).not.toHaveProperty('requestEnded');
    expect((await workflowOf()).status.name).toBe('COMPLETED');
    await close();
  });

  test('for its price is judged by the catalog in force, though the client has read another', async () => {
    const { client, sql } = holdfast;
    await holdfast.fund(accountId, 10);
    await start();
    await sql(
      `INSERT INTO holdfast.catalog_versions SELECT version + 1, clock_timestamp(),
         jsonb_set(document, '{kinds,text-to-song}', document #> '{kinds,text-to-image}')
       FROM holdfast.catalog_versions ORDER BY version DESC LIMIT 1`,
    );
    const song = { requestId: 'song', kind: 'text-to-song' };
    expect(await start({ ...song, maxCredits: 1 })).toMatchObject({
      result: { reason: 'PRICE_CHANGED', quoted: 2, maxCredits: 1, requestEnded: false },
    });
    expect(await start(song)).toMatchObject({ status: 'admitted', reserved: 2 });
    for (const id of ['r', 'song']) await client.generations.result(accountId, id);
  });
});
