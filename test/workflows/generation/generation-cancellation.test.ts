import { createHoldfastClient } from '../../../client/client';
import type { LedgerReader } from '../../../contract/ledger-reader';
import { createLedger } from '../../../ledger/ledger';
import { eventually } from '../../support/eventually';
import { type Holdfast, openHoldfast, uniqueId } from '../harness';
import { lostLedger } from '../lost-ledger';

const ACCOUNT = uniqueId('a1');

describe('the cancellation of a generation', () => {
  let holdfast: Holdfast;
  let cancelsToFail = 0;
  beforeAll(async () => {
    holdfast = await openHoldfast();
    await holdfast.fund(ACCOUNT, 100);
    const { provider } = holdfast;
    const generationProvider = {
      ...provider,
      async cancel(key: string) {
        if (cancelsToFail > 0) {
          cancelsToFail -= 1;
          throw new Error('The provider has no idea what to do.');
        }
        await provider.cancel(key);
      },
    };
    await holdfast.startWorker({}, { generationProvider });
  });
  afterAll(() => holdfast.closeSettled());

  async function startJob(requestId: string, simulate: string, accountId = ACCOUNT): Promise<void> {
    await holdfast.client.generations.start({
      accountId,
      requestId,
      kind: 'ai-avatar',
      seconds: 30,
      input: { simulate },
    });
    await eventually(async () =>
      holdfast.provider.submitted.includes(`generation/${accountId}/${requestId}`),
    );
  }

  test('gives its credits back and stops its job', async () => {
    const { client, provider, temporal } = holdfast;
    await startJob('during', 'hang');
    const before = await client.balance(ACCOUNT);
    await client.generations.cancel(ACCOUNT, 'during');

    expect(await client.generations.result(ACCOUNT, 'during')).toMatchObject({
      status: 'cancelled',
      reason: 'cancelled',
      reserved: 10,
      charged: 0,
    });
    const stopped = { state: 'cancelled' };
    expect(await provider.state(`generation/${ACCOUNT}/during`)).toMatchObject(stopped);
    expect(await client.balance(ACCOUNT)).toMatchObject({
      available: before.available + 10,
      reserved: 0,
    });
    const { status } = await temporal.client.workflow
      .getHandle(`generation/${ACCOUNT}/during`)
      .describe();
    expect(status.name).toBe('COMPLETED');
  });

  test('leaves it committed and charged if its job has finished after all', async () => {
    const { client } = holdfast;
    await startJob('too-late', 'finish-after-cancel');
    await client.generations.cancel(ACCOUNT, 'too-late');
    expect(await client.generations.result(ACCOUNT, 'too-late')).toMatchObject({
      status: 'committed',
      charged: 10,
      outputUrl: expect.stringMatching(/^file:/),
    });
  });

  test('changes nothing if it comes after the end', async () => {
    const { client } = holdfast;
    await startJob('after', 'shorter');
    const committed = await client.generations.result(ACCOUNT, 'after');
    await client.generations.cancel(ACCOUNT, 'after');
    expect(committed.status).toBe('committed');
    expect(await client.generations.result(ACCOUNT, 'after')).toEqual(committed);
    expect(await client.generations.status(ACCOUNT, 'after')).toMatchObject({
      workflow: 'completed',
      progress: null,
      progressAt: null,
    });
  });

  test('succeeds although the first attempt to stop its job failed', async () => {
    const { client, provider } = holdfast;
    await startJob('stubborn', 'hang');
    cancelsToFail = 1;
    await client.generations.cancel(ACCOUNT, 'stubborn');
    expect(await client.generations.result(ACCOUNT, 'stubborn')).toMatchObject({
      status: 'cancelled',
      charged: 0,
    });
    expect(cancelsToFail).toBe(0);
    const stopped = { state: 'cancelled' };
    expect(await provider.state(`generation/${ACCOUNT}/stubborn`)).toMatchObject(stopped);
  });

  /** A client with a ledger and a limit of its own. */
  function clientWith(ledger: LedgerReader, cancelsPerHourMax?: number) {
    const { client: temporal, taskQueue } = holdfast.temporal;
    return createHoldfastClient({ temporal, ledger, taskQueue, cancelsPerHourMax });
  }

  test('is refused if the account has cancelled too many within an hour, and it runs on', async () => {
    const account = uniqueId('often');
    await holdfast.fund(account, 100);
    await Promise.all(['first', 'second'].map((id) => startJob(id, 'hang', account)));
    const { generations } = clientWith(holdfast.ledger, 1);
    await generations.cancel(account, 'first');
    await generations.cancel(account, 'first');
    await expect(generations.cancel(account, 'second')).rejects.toMatchObject({
      code: 'CANCEL_LIMIT_REACHED',
      details: { cancelsPerHourMax: 1, retryAt: expect.stringMatching(/^\d{4}-.*Z$/) },
    });
    expect(await generations.result(account, 'first')).toMatchObject({ status: 'cancelled' });
    expect(await generations.status(account, 'second')).toMatchObject({ workflow: 'running' });

    // Sixty in an hour is what is set otherwise.
    await holdfast.client.generations.cancel(account, 'second');
    expect(await generations.result(account, 'second')).toMatchObject({ status: 'cancelled' });
  });

  test('is done although the ledger can’t be reached', async () => {
    await startJob('cut-off', 'hang');
    const databaseUrl = 'postgres://nobody@127.0.0.1:1/none';
    const away = createLedger({ databaseUrl, connectWithinMs: 1_000 });
    const ledger = lostLedger(holdfast.ledger, away);
    await clientWith(ledger).generations.cancel(ACCOUNT, 'cut-off');
    await away.close();
    expect(await holdfast.client.generations.result(ACCOUNT, 'cut-off')).toMatchObject({
      status: 'cancelled',
      charged: 0,
    });
  });

  test('is refused if its request is unknown or one of its ids is malformed', async () => {
    const { client } = holdfast;
    await expect(client.generations.cancel(ACCOUNT, 'unknown')).rejects.toMatchObject({
      code: 'REQUEST_NOT_FOUND',
    });
    await expect(client.generations.cancel('a:1', 'r')).rejects.toMatchObject({
      code: 'INVALID_ACCOUNT_ID',
    });
    await expect(client.generations.cancel(ACCOUNT, '')).rejects.toMatchObject({
      code: 'INVALID_REQUEST_ID',
    });
  });
});
