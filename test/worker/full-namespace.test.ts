import { createHoldfastClient, type HoldfastClient } from '../../client/client';
import { TAGS_ATTRIBUTE } from '../../workflows/search-attributes';
import { eventually } from '../support/eventually';
import { newNamespace } from '../support/temporal';
import { type Holdfast, openHoldfast, uniqueId } from '../workflows/harness';
import { park } from '../workflows/waiting/waiting-support';

const KEYWORD = 2;

describe('a namespace whose attributes of type Keyword are used up', () => {
  let holdfast: Holdfast;
  let client: HoldfastClient;
  beforeAll(async () => {
    const namespace = await newNamespace('full');
    holdfast = await openHoldfast({ namespace });
    const { temporal, ledger } = holdfast;
    await useUpKeywords(holdfast);
    const common = { temporal: temporal.client, ledger, taskQueue: temporal.taskQueue };
    client = createHoldfastClient({ ...common, searchedBy: 'list' });
  });
  afterAll(() => holdfast.close());

  const idsOf = async (query: string) => {
    const ids: string[] = [];
    for await (const { workflowId } of holdfast.temporal.client.workflow.list({ query }))
      ids.push(workflowId);
    return ids.sort();
  };

  test('serves with one list, by which workflows are found as by four attributes', async () => {
    await expect(holdfast.startWorker()).rejects.toMatchObject({
      code: 'SEARCH_ATTRIBUTES_MISSING',
      message: expect.stringContaining('HOLDFAST_SEARCHED_BY=list'),
    });
    await holdfast.startWorker({ searchedBy: 'list' });
    const account = uniqueId('listed');
    const subscribed = { accountId: account, subscriptionId: 's', paymentReference: 'p1' };
    await client.subscriptions.subscribe({ ...subscribed, planId: 'lite-monthly' });
    await client.settings.setLimits({ accountId: account, key: 'k', dailyCreditsMax: 100 });
    const image = { accountId: account, requestId: 'made', kind: 'text-to-image' };
    await client.generations.start(image);
    await client.generations.result(account, 'made');
    await client.generations.start({
      ...{ ...image, requestId: 'broken' },
      input: { simulate: 'permanent' },
    });
    await client.generations.result(account, 'broken');

    await eventually(async () => (await idsOf(`HoldfastTags = "account:${account}"`)).length >= 4);
    expect(await idsOf('HoldfastTags = "plan:lite-monthly"')).toEqual([
      `subscription/${account}/s`,
    ]);
    expect(await idsOf(`HoldfastTags = "kind:text-to-image"`)).toHaveLength(2);
    await eventually(async () => (await idsOf('HoldfastTags = "state:failed"')).length > 0);
    const failed = `HoldfastTags = "state:failed" AND HoldfastTags = "account:${account}"`;
    expect(await idsOf(failed)).toEqual([`generation/${account}/broken`]);
    expect(await client.operations.searchAttributes()).toMatchObject({ missing: [] });
  });

  test('keeps the other tags of a workflow whose state changes', async () => {
    const account = uniqueId('waits');
    await holdfast.fund(account, 1);
    await park({ ...holdfast, client }, account, 'r', 4);
    const workflowId = `generation/${account}/r`;
    const handle = holdfast.temporal.client.workflow.getHandle(workflowId);
    const tags = async () => (await handle.describe()).typedSearchAttributes.get(TAGS_ATTRIBUTE);
    await eventually(async () => (await tags())?.includes('state:waiting') === true);
    expect(await tags()).toEqual([`account:${account}`, 'kind:ai-avatar', 'state:waiting']);
    await holdfast.ledger.grant(account, 'rest', {
      ...{ credits: 10, source: 'promotion' as const, reason: 'test', by: 'test' },
      expiresAt: new Date(Date.now() + 86_400_000).toISOString(),
    });
    await client.generations.result(account, 'r');
    expect(await tags()).toEqual([`account:${account}`, 'kind:ai-avatar']);
  });
});

async function useUpKeywords({ temporal }: Holdfast): Promise<void> {
  const { operatorService } = temporal.connection;
  const { namespace } = temporal;
  for (let n = 0; ; n += 1) {
    const searchAttributes = { [`Other${n}`]: KEYWORD };
    const added = operatorService.addSearchAttributes({ namespace, searchAttributes });
    const refusal = await added.then(() => undefined, String);
    if (refusal === undefined) continue;
    expect(refusal).toContain('Keyword');
    expect(n).toBeGreaterThan(5);
    return;
  }
}
