import { eventually } from '../../support/eventually';
import { type Holdfast, openHoldfast, uniqueId } from '../harness';

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

  async function startJob(requestId: string, simulate: string): Promise<void> {
    await holdfast.client.generations.start({
      accountId: ACCOUNT,
      requestId,
      kind: 'ai-avatar',
      seconds: 30,
      input: { simulate },
    });
    await eventually(async () =>
      holdfast.provider.submitted.includes(`generation/${ACCOUNT}/${requestId}`),
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
    expect(await provider.state(`generation/${ACCOUNT}/during`)).toEqual({ state: 'cancelled' });
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
    expect(await provider.state(`generation/${ACCOUNT}/stubborn`)).toEqual({ state: 'cancelled' });
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
