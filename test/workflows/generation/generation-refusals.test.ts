import { createHoldfastClient, type GenerationRequest } from '../../../client/client';
import type { LedgerReader } from '../../../contract/ledger-reader';
import { requestHashOf, withoutInput } from '../../../domain/generation/request-body';
import { placesOf } from '../encryption/traces';
import { type Holdfast, openHoldfast, uniqueId } from '../harness';
import { lostLedger } from '../lost-ledger';

const POOR = uniqueId('poor');
const RICH = uniqueId('rich');
const LATER = uniqueId('later');
const CROWD = uniqueId('crowd');

describe('a refusal', () => {
  let holdfast: Holdfast;
  beforeAll(async () => {
    holdfast = await openHoldfast();
    await holdfast.startWorker();
  });
  afterAll(() => holdfast.closeSettled());

  async function workflowOf(workflowId: string) {
    return holdfast.temporal.client.workflow.getHandle(workflowId).describe();
  }

  test('for too few credits is a result with the shortfall and the packs that would cover it', async () => {
    const { client, provider } = holdfast;
    await holdfast.fund(POOR, 31);
    const asked = {
      accountId: POOR,
      requestId: 'dear',
      kind: 'text-to-video-veo3',
      seconds: 8,
      audio: true,
    };
    const { status, result } = await client.generations.start(asked);

    expect(status).toBe('ended');
    expect(result).toMatchObject({
      status: 'rejected',
      reason: 'INSUFFICIENT_CREDITS',
      reserved: 0,
      charged: 0,
      required: 40,
      available: 31,
      shortfall: 9,
      packs: [
        { packId: 'pack-125', credits: 125, priceCents: 4900, currency: 'USD', count: 1 },
        { packId: 'pack-300', credits: 300, priceCents: 9900, currency: 'USD', count: 1 },
        { packId: 'pack-450', credits: 450, priceCents: 14900, currency: 'USD', count: 1 },
      ],
    });
    expect(await client.generations.result(POOR, 'dear')).toEqual(result);
    expect(await client.balance(POOR)).toMatchObject({ available: 31, reserved: 0, spent: 0 });
    expect(provider.submitted).toEqual([]);
    const { status: state, searchAttributes } = await workflowOf(`generation/${POOR}/dear`);
    expect(state.name).toBe('COMPLETED');
    expect(searchAttributes).toMatchObject({ HoldfastState: ['rejected'] });
  });

  test('for a price above the maximum names both', async () => {
    const { client } = holdfast;
    const asked = { accountId: RICH, requestId: 'capped', kind: 'ai-avatar', seconds: 30 };
    await holdfast.fund(RICH, 100);
    const { result } = await client.generations.start({ ...asked, maxCredits: 9 });
    expect(result).toMatchObject({
      status: 'rejected',
      reason: 'PRICE_CHANGED',
      quoted: 10,
      maxCredits: 9,
      charged: 0,
    });
    expect(result?.requestEnded).toBe(false);

    const enough = await client.generations.start({
      ...asked,
      requestId: 'covered',
      maxCredits: 10,
    });
    expect(enough).toMatchObject({ status: 'admitted', reserved: 10 });
    expect(await client.generations.result(RICH, 'covered')).toMatchObject({
      status: 'committed',
      charged: 10,
    });
  });

  test('is repeated for the same request, even if the credits have come meanwhile', async () => {
    const { client, ledger } = holdfast;
    const asked = { accountId: LATER, requestId: 'r1', kind: 'text-to-image' };
    await holdfast.openAccount(LATER);
    const first = await client.generations.start(asked);
    expect(first.result).toMatchObject({
      status: 'rejected',
      required: 2,
      available: 0,
      shortfall: 2,
    });
    await holdfast.fund(LATER, 2);
    expect(await client.generations.start(asked)).toEqual(first);
    const again = await client.generations.start({ ...asked, requestId: 'r2' });
    expect(again.status).toBe('admitted');
    expect(await client.generations.result(LATER, 'r2')).toMatchObject({ status: 'committed' });
    expect(await ledger.balance(LATER)).toMatchObject({ available: 0, spent: 2 });
  });

  test('is the answer to exactly three of ten requests on a balance that covers seven', async () => {
    const { client, ledger } = holdfast;
    await holdfast.fund(CROWD, 14);
    const ids = Array.from({ length: 10 }, (_, index) => `r${index}`);
    const results = await Promise.all(
      ids.map(async (requestId) => {
        await client.generations.start({ accountId: CROWD, requestId, kind: 'text-to-image' });
        return client.generations.result(CROWD, requestId);
      }),
    );
    expect(results.map(({ status }) => status).sort()).toEqual([
      ...Array(7).fill('committed'),
      ...Array(3).fill('rejected'),
    ]);
    expect(await ledger.balance(CROWD)).toMatchObject({ available: 0, reserved: 0, spent: 14 });
  });

  describe('that is foreseen', () => {
    const input = { prompt: `a heron ${'x'.repeat(65_000)}` };
    let accountId: string;
    let workflowId: string;
    beforeEach(() => {
      accountId = uniqueId('short');
      workflowId = `generation/${accountId}/r`;
    });

    const request = (more: Partial<GenerationRequest> = {}): GenerationRequest => ({
      ...{ accountId, requestId: 'r', kind: 'text-to-image', input },
      ...more,
    });
    const handle = () => holdfast.temporal.client.workflow.getHandle(workflowId);
    const placesOfInput = async () => placesOf(['a heron'], await handle().fetchHistory());
    const historyBytes = async () =>
      Number((await handle().describe()).raw.workflowExecutionInfo?.historySizeBytes);

    /** A client whose look at the ledger was before the credits came. */
    function hasty() {
      const { client: temporal, taskQueue } = holdfast.temporal;
      const { ledger } = holdfast;
      const look: Partial<LedgerReader> = {
        effectiveCatalog: () => ledger.effectiveCatalog(),
        admissionOutlook: async () => ({ known: false, refusal: null, isShort: true }),
        request: (...ids) => ledger.request(...ids),
      };
      return createHoldfastClient({ temporal, taskQueue, ledger: lostLedger(ledger, look) });
    }

    /** As a client does that ends before it sends the input. */
    const startWithout = (more: Partial<GenerationRequest> = {}) =>
      holdfast.startBare(workflowId, JSON.parse(JSON.stringify(withoutInput(request(more)))));

    test('leaves no input in its history, and is else as ever: first answer, notice, conflict', async () => {
      const { client, ledger } = holdfast;
      await holdfast.openAccount(accountId);
      const first = await client.generations.start(request());
      expect(first.result).toMatchObject({ reason: 'INSUFFICIENT_CREDITS', shortfall: 2 });
      expect(await historyBytes()).toBeLessThan(5_000);
      expect(await placesOfInput()).toEqual([]);
      expect(await ledger.accountNotices(accountId)).toMatchObject([{ type: 'ran-dry' }]);
      await holdfast.fund(accountId, 2);
      expect(await client.generations.start(request())).toEqual(first);
      await expect(client.generations.start(request({ input: 'a crane' }))).rejects.toMatchObject({
        code: 'IDEMPOTENCY_CONFLICT',
      });
      expect(await ledger.balance(accountId)).toMatchObject({ available: 2, spent: 0 });
    });

    test('and untrue asks for the input, and goes on once, however many callers send it', async () => {
      const { client, ledger, provider } = holdfast;
      await holdfast.fund(accountId, 10);
      provider.hold(workflowId);
      await startWithout();
      const admitted = { accountId, requestId: 'r', status: 'admitted', reserved: 2 };
      const starts = [hasty(), hasty(), client].map((one) => one.generations.start(request()));
      expect(await Promise.all(starts)).toEqual([admitted, admitted, admitted]);
      const other = request({ input: 'a crane' });
      for (const one of [hasty(), client])
        await expect(one.generations.start(other)).rejects.toMatchObject({
          code: 'IDEMPOTENCY_CONFLICT',
        });
      provider.letGo(workflowId);
      const result = await client.generations.result(accountId, 'r');
      expect(result).toMatchObject({ status: 'committed', charged: 2 });
      expect(result.requestHash).toBe(requestHashOf(request()));
      const args = 'workflowExecutionUpdateAcceptedEventAttributes.acceptedRequest.input.args';
      expect(await placesOfInput()).toEqual([
        `.events.${args}.payloads.data`,
        '.events.activityTaskScheduledEventAttributes.input.payloads.data',
      ]);
      expect(await client.generations.start(request())).toEqual(admitted);
      expect(await hasty().generations.start(request())).toEqual(admitted);
      expect(provider.submitted.filter((key) => key === workflowId)).toHaveLength(1);
      expect(await ledger.balance(accountId)).toMatchObject({ available: 8, spent: 2 });
    });

    test('and untrue ends at the deadline of its admission if no caller sends the input', async () => {
      const { client, ledger } = holdfast;
      await holdfast.fund(accountId, 10);
      await startWithout({ admitWithinSeconds: 1 });
      expect(await handle().result()).toMatchObject({
        ...{ status: 'rejected', reason: 'ADMISSION_TIMED_OUT' },
      });
      const { result } = await client.generations.start(request());
      expect(result).toMatchObject({ reason: 'ADMISSION_TIMED_OUT' });
      expect(await ledger.balance(accountId)).toMatchObject({ available: 10, reserved: 0 });
    });

    test('and untrue can be cancelled while it waits for the input', async () => {
      await holdfast.fund(accountId, 10);
      await startWithout();
      const asked = await handle().executeUpdate('admission', {
        args: [requestHashOf(request())],
      });
      expect(asked).toMatchObject({ status: 'input-required' });
      expect(await handle().executeUpdate('input', { args: ['a crane'] })).toMatchObject({
        status: 'conflict',
      });
      await handle().cancel();
      expect(await handle().result()).toMatchObject({ status: 'cancelled', charged: 0 });
    });
  });
});
