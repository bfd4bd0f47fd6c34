import { type Holdfast, openHoldfast, uniqueId } from './harness';

const ACCOUNT = uniqueId('a1');

describe('a generation', () => {
  let holdfast: Holdfast;
  beforeAll(async () => {
    holdfast = await openHoldfast();
    await holdfast.startWorker();
  });
  afterAll(() => holdfast.close());

  test('is quoted, reserved, run and committed, in 15 events and 2 workflow tasks', async () => {
    const { client, ledger, temporal } = holdfast;
    await holdfast.fund(ACCOUNT, 10);
    const request = { accountId: ACCOUNT, requestId: 'r1', kind: 'ai-avatar', seconds: 10, input: { script: 'Hello' } };

    const admission = await client.generations.start(request);
    expect(admission).toEqual({ accountId: ACCOUNT, requestId: 'r1', status: 'admitted', reserved: 4 });
    const result = await client.generations.result(ACCOUNT, 'r1');
    expect(result).toMatchObject({
      status: 'committed',
      reserved: 4,
      charged: 4,
      outputUrl: expect.stringMatching(/^file:/),
    });

    expect(await ledger.balance(ACCOUNT)).toMatchObject({ available: 6, reserved: 0, spent: 4 });
    const { events } = await temporal.client.workflow.getHandle(`generation/${ACCOUNT}/r1`).fetchHistory();
    expect(events).toHaveLength(15);
    expect(events?.filter((event) => event.workflowTaskCompletedEventAttributes)).toHaveLength(2);
  });
});
