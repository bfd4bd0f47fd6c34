import { eventually } from '../../support/eventually';
import { type Holdfast, openHoldfast, uniqueId } from '../harness';
import { resetToFirstTask, untilDueForReconciliation } from '../workflow-support';

const ACCOUNT = uniqueId('reset');

/**
 * A reset as by `temporal workflow reset`: the workflow begins again from its first task, in a new
 * run.
 */
describe('a generation’s reset', () => {
  let holdfast: Holdfast;
  beforeAll(async () => {
    holdfast = await openHoldfast();
    await holdfast.fund(ACCOUNT, 100);
    await holdfast.startWorker({ holdSeconds: 1 });
  });
  afterAll(() => holdfast.closeSettled());

  const reset = (requestId: string) =>
    resetToFirstTask(holdfast.temporal, `generation/${ACCOUNT}/${requestId}`);

  async function entriesOf(requestId: string): Promise<string[]> {
    const { entries } = await holdfast.ledger.history(ACCOUNT);
    return entries.filter((entry) => entry.requestId === requestId).map(({ type }) => type);
  }

  test('while it runs lets the same job finish, and costs once', async () => {
    const { client, provider } = holdfast;
    const input = { simulate: 'slow' };
    await client.generations.start({
      accountId: ACCOUNT,
      requestId: 'running',
      kind: 'text-to-speech',
      input,
    });
    await eventually(async () => provider.submitted.includes(`generation/${ACCOUNT}/running`));
    await reset('running');
    expect(await client.generations.result(ACCOUNT, 'running')).toMatchObject({
      status: 'committed',
      charged: 2,
    });
    expect(await entriesOf('running')).toEqual(['commit', 'reserve']);
  });

  test('after its end leads to the same end', async () => {
    const { client, provider } = holdfast;
    await client.generations.start({
      accountId: ACCOUNT,
      requestId: 'ended',
      kind: 'text-to-image',
    });
    const result = await client.generations.result(ACCOUNT, 'ended');
    await reset('ended');
    expect(await client.generations.result(ACCOUNT, 'ended')).toEqual(result);
    expect(await entriesOf('ended')).toEqual(['commit', 'reserve']);
    expect(provider.submitted.filter((key) => key === `generation/${ACCOUNT}/ended`)).toHaveLength(
      1,
    );
  });

  test('before and after its release runs no second job, and costs nothing', async () => {
    const { client, provider } = holdfast;
    const request = { accountId: ACCOUNT, requestId: 'given-up', kind: 'text-to-image' };
    await client.generations.start({ ...request, input: { simulate: 'hang' } });
    const jobs = () => provider.submitted.filter((key) => key.endsWith('/given-up'));
    await eventually(async () => jobs().length === 1);
    await reset('given-up');
    await client.generations.cancel(ACCOUNT, 'given-up');
    const result = await client.generations.result(ACCOUNT, 'given-up');
    expect(result).toMatchObject({ status: 'cancelled', charged: 0 });
    const submitted = new Set(jobs());
    await reset('given-up');
    expect(await client.generations.result(ACCOUNT, 'given-up')).toEqual(result);
    // By its key the provider has one job, however often it was handed in.
    expect(new Set(jobs())).toEqual(submitted);
    expect(await entriesOf('given-up')).toEqual(['release', 'reserve']);
  });

  test('after the deadline for its admission leads to the same end', async () => {
    const { client, ledger } = holdfast;
    const request = {
      accountId: ACCOUNT,
      requestId: 'late',
      kind: 'text-to-image',
      admitWithinSeconds: 5,
    };
    await client.generations.start({ ...request, input: { simulate: 'finish-after-cancel' } });
    await eventually(
      async () =>
        Date.now() > Date.parse((await ledger.request(ACCOUNT, 'late'))?.reservedAt ?? '') + 5_100,
    );
    await reset('late');
    expect(await client.generations.result(ACCOUNT, 'late')).toMatchObject({
      status: 'committed',
      charged: 2,
    });
    expect(await entriesOf('late')).toEqual(['commit', 'reserve']);
  });

  test('keeps its reservation: reconciliation does not take the terminated run for the workflow’s end', async () => {
    const { client, provider } = holdfast;
    const input = { simulate: 'hang' };
    await client.generations.start({
      accountId: ACCOUNT,
      requestId: 'held',
      kind: 'text-to-speech',
      input,
    });
    await eventually(async () => provider.submitted.includes(`generation/${ACCOUNT}/held`));
    await reset('held');
    await untilDueForReconciliation(holdfast, ACCOUNT, 'held');
    expect(await client.reconciliation.run()).toMatchObject({
      status: 'done',
      extended: 1,
      orphans: 0,
      released: 0,
    });
    await client.generations.cancel(ACCOUNT, 'held');
    expect(await client.generations.result(ACCOUNT, 'held')).toMatchObject({
      status: 'cancelled',
      charged: 0,
    });
  });
});
