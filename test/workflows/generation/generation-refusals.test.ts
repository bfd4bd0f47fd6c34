import { type Holdfast, openHoldfast, uniqueId } from '../harness';

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
});
