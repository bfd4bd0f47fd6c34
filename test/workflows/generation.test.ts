import { type Holdfast, openHoldfast } from './harness';

describe('a generation', () => {
  let holdfast: Holdfast;
  beforeAll(async () => {
    holdfast = await openHoldfast();
    await holdfast.startWorker();
  });
  afterAll(() => holdfast.close());

  test('is quoted, reserved, run and committed, in 15 events and 2 workflow tasks', async () => {
    const { client, ledger, temporal } = holdfast;
    await holdfast.fund('a1', 10);
    const request = { accountId: 'a1', requestId: 'r1', kind: 'ai-avatar', seconds: 10, input: { script: 'Hello' } };

    const admission = await client.generations.start(request);
    expect(admission).toEqual({ accountId: 'a1', requestId: 'r1', status: 'admitted', reserved: 4 });
    const result = await client.generations.result('a1', 'r1');
    expect(result).toMatchObject({
      status: 'committed',
      reserved: 4,
      charged: 4,
      outputUrl: expect.stringMatching(/^file:/),
    });

    expect(await ledger.balance('a1')).toMatchObject({ available: 6, reserved: 0, spent: 4 });
    const { events } = await temporal.client.workflow.getHandle('generation/a1/r1').fetchHistory();
    expect(events).toHaveLength(15);
    expect(events?.filter((event) => event.workflowTaskCompletedEventAttributes)).toHaveLength(2);
  });
});
