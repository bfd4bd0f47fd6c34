import type { GenerationResult } from '../../../client/client';
import type { GenerationProvider } from '../../../providers/generation-provider';
import { eventually } from '../../support/eventually';
import { type Holdfast, openHoldfast, uniqueId } from '../harness';
import { workflowIdsOf } from '../workflow-support';

const ACCOUNT = uniqueId('a1');

/** Reports this job as running until it is cancelled, and then its true state. */
function unheardOf(provider: GenerationProvider, lateKey: string): GenerationProvider {
  let isCancelled = false;
  return {
    ...provider,
    async state(key) {
      return key === lateKey && !isCancelled
        ? { state: 'running', progress: 0.9 }
        : provider.state(key);
    },
    async cancel(key) {
      if (key === lateKey) isCancelled = true;
      await provider.cancel(key);
    },
  };
}

describe('a generation', () => {
  let holdfast: Holdfast;
  let results: Record<string, GenerationResult>;
  beforeAll(async () => {
    holdfast = await openHoldfast();
    await holdfast.fund(ACCOUNT, 200);
    await holdfast.limitTime('text-to-speech', 5);
    await holdfast.limitTime('text-to-image', 5);
    await holdfast.startWorker(
      {},
      { generationProvider: unheardOf(holdfast.provider, `generation/${ACCOUNT}/late`) },
    );
    // At the same time, because they mostly wait.
    results = Object.fromEntries(
      await Promise.all(
        [
          run('as-quoted'),
          run('shorter', 'shorter'),
          run('transient', 'transient'),
          run('rate-limited', 'rate-limited'),
          run('permanent', 'permanent'),
          run('refused', 'refused'),
          run('hang', 'hang', 'text-to-speech'),
          run('late', undefined, 'text-to-image'),
        ].map(async (ended) => [(await ended).requestId, await ended]),
      ),
    );
  });
  afterAll(() => holdfast.closeSettled());

  /** Runs a generation to its end: by default an avatar of 30 s, quoted at 10 credits. */
  async function run(
    requestId: string,
    simulate?: string,
    kind = 'ai-avatar',
  ): Promise<GenerationResult> {
    const seconds = kind === 'ai-avatar' ? 30 : undefined;
    const input = simulate === undefined ? undefined : { simulate };
    await holdfast.client.generations.start({
      accountId: ACCOUNT,
      requestId,
      kind,
      seconds,
      input,
    });
    return holdfast.client.generations.result(ACCOUNT, requestId);
  }

  const committed = (charged: number) => ({ status: 'committed', reserved: 10, charged });
  const released = (reason: string, reserved = 10) => ({
    status: 'released',
    reason,
    reserved,
    charged: 0,
  });

  test('is committed for the price of what was delivered, and never above the quote', async () => {
    expect(results['as-quoted']).toMatchObject(committed(10));
    expect(results.shorter).toMatchObject(committed(5));
    expect(await holdfast.ledger.request(ACCOUNT, 'shorter')).toMatchObject({
      reserved: 10,
      charged: 5,
    });
  });

  test.each([
    ['the provider is away for a moment', 'transient'],
    ['the provider asks to come back later', 'rate-limited'],
  ])('is committed if %s', (_, simulate) => {
    expect(results[simulate]).toMatchObject(committed(10));
    const submits = holdfast.provider.submitted.filter(
      (key) => key === `generation/${ACCOUNT}/${simulate}`,
    );
    expect(submits).toHaveLength(1);
  });

  test.each([
    ['fails for good', 'permanent'],
    ['is refused', 'refused'],
  ])('is released with the provider’s reason if its job %s', (_, simulate) => {
    expect(results[simulate]).toMatchObject(released('content-refused'));
    expect(results[simulate]?.message).toMatch(/refuse/);
  });

  test('is released as timed out if its job hangs, after the job has been stopped', async () => {
    const { provider } = holdfast;
    expect(results.hang).toMatchObject(released('timed-out', 2));
    expect(await provider.state(`generation/${ACCOUNT}/hang`)).toEqual({ state: 'cancelled' });
  });

  test('is committed if a job that took too long turns out to have finished', async () => {
    const { temporal } = holdfast;
    expect(results.late).toMatchObject({ status: 'committed', charged: 2 });
    const { events } = await temporal.client.workflow
      .getHandle(`generation/${ACCOUNT}/late`)
      .fetchHistory();
    expect(events?.filter((event) => event.activityTaskTimedOutEventAttributes)).toHaveLength(1);
  });

  test('costs its account what was delivered, and nothing else', async () => {
    expect(await holdfast.client.balance(ACCOUNT)).toMatchObject({
      available: 163,
      reserved: 0,
      spent: 37,
    });
  });

  test('is found by operators under the state failed if it was released', async () => {
    const { temporal } = holdfast;
    const idsOf = (query: string) => workflowIdsOf(temporal, query);
    const mine = `TaskQueue = '${temporal.taskQueue}'`;
    await eventually(
      async () => (await idsOf(`${mine} AND HoldfastState = 'failed'`)).length === 3,
    );
    expect(await idsOf(`${mine} AND HoldfastState = 'failed'`)).toEqual([
      `generation/${ACCOUNT}/hang`,
      `generation/${ACCOUNT}/permanent`,
      `generation/${ACCOUNT}/refused`,
    ]);
    expect(
      await idsOf(`${mine} AND HoldfastKind = 'text-to-image' AND HoldfastAccount = '${ACCOUNT}'`),
    ).toEqual([`generation/${ACCOUNT}/late`]);
  });
});
