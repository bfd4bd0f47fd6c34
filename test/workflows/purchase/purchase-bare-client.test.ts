import type { JsonValue } from '../../../contract/json';
import { uniqueId } from '../harness';
import { order, Shop } from './shop';

/** A service in any language has Temporal's own client and JSON. */
let shop: Shop;
beforeAll(async () => {
  shop = await Shop.open();
  await shop.holdfast.startWorker();
});
afterAll(() => shop.close());

function start(workflowId: string, ...args: JsonValue[]) {
  const { client, taskQueue } = shop.holdfast.temporal;
  return client.workflow.start('purchaseWorkflow', { workflowId, taskQueue, args });
}

function startRaw(workflowId: string, json: string) {
  const { client, namespace, taskQueue } = shop.holdfast.temporal;
  const metadata = { encoding: Buffer.from('json/plain') };
  return client.workflowService.startWorkflowExecution({
    ...{ namespace, workflowId, requestId: workflowId },
    ...{ workflowType: { name: 'purchaseWorkflow' }, taskQueue: { name: taskQueue } },
    input: { payloads: [{ metadata, data: Buffer.from(json) }] },
  });
}

test('a purchase that is started by name with JSON buys its pack in 13 events', async () => {
  const accountId = await shop.buyer();
  const handle = await start(`purchase/${accountId}/p`, { ...order(accountId) });
  expect(await handle.result()).toMatchObject({ status: 'granted', credits: 125 });
  expect((await handle.fetchHistory()).events).toHaveLength(13);
});

const deep = (levels: number): JsonValue => {
  let value: JsonValue = 0;
  for (let level = 0; level < levels; level++) value = [value];
  return value;
};

test.each<[string, string, Record<string, JsonValue>]>([
  ['an unknown pack', 'UNKNOWN_PACK', { packId: 'pack-1' }],
  ['no pack', 'UNKNOWN_PACK', { packId: undefined as never }],
  ['a pack that is no text', 'UNKNOWN_PACK', { packId: { toString: 1 } }],
  ['a pack that is a list of lists', 'UNKNOWN_PACK', { packId: deep(50) }],
  ['a price in words', 'INVALID_SHOWN_PRICE', { shownPriceCents: '4900' }],
  ['no price', 'INVALID_SHOWN_PRICE', { shownPriceCents: null }],
  ['a price without end', 'INVALID_SHOWN_PRICE', { shownPriceCents: 1e300 }],
  ['a currency that is none', 'INVALID_SHOWN_PRICE', { currency: 'dollars' }],
  ['a payment method of broken text', 'INVALID_PAYMENT_METHOD', { paymentMethod: '\ud800' }],
  ['an unknown member', 'INVALID_ARGUMENT', { quantity: 2 }],
])(
  'a purchase with %s is refused as %s, and the client throws the same',
  async (_what, code, asked) => {
    const accountId = await shop.buyer();
    const handle = await start(`purchase/${accountId}/p`, { ...order(accountId), ...asked });
    expect(await handle.result()).toMatchObject({ status: 'refused', reason: code });
    await expect(shop.result(accountId)).rejects.toMatchObject({ name: 'HoldfastError', code });
    expect(await shop.record(accountId)).toBeNull();
    expect(await shop.payment(accountId)).toBeUndefined();
  },
);

test.each([
  ['the pack', 'packId'],
  ['an unknown member', 'quantity'],
])(
  'a purchase with a member nested 200,000 levels deep fails at once, and its id can still buy: %s',
  async (_what, member) => {
    const accountId = await shop.buyer();
    const { [member as 'packId']: _replaced, ...rest } = order(accountId);
    // JSON.stringify can't write a value that deep.
    const nested = `${'['.repeat(200_000)}${']'.repeat(200_000)}`;
    await startRaw(
      `purchase/${accountId}/p`,
      `${JSON.stringify(rest).slice(0, -1)},"${member}":${nested}}`,
    );
    const failed = { cause: { type: 'INVALID_ARGUMENT', nonRetryable: true } };
    await expect(shop.workflow(accountId).result()).rejects.toMatchObject(failed);
    await expect(shop.result(accountId)).rejects.toMatchObject({
      name: 'HoldfastError',
      code: 'INVALID_ARGUMENT',
    });
    expect(await shop.buy(accountId)).toMatchObject({ status: 'granted' });
  },
);

test.each<[string, JsonValue[]]>([
  ['that of another purchase', [{ ...order('acme'), purchaseId: 'other' }]],
  [
    'made of ids that are no text',
    [{ ...order('acme'), accountId: { toString: 1 }, purchaseId: 5 } as never],
  ],
  ['no object', ['125 credits, please']],
  ['null', [null]],
  ['nothing', []],
])('a purchase fails with WORKFLOW_ID_MISMATCH if its input is %s', async (_what, args) => {
  const accountId = await shop.buyer();
  const handle = await start(`purchase/${accountId}/p`, ...args);
  await expect(handle.result()).rejects.toMatchObject({
    cause: { type: 'WORKFLOW_ID_MISMATCH', nonRetryable: true },
  });
  // The id can still buy.
  expect(await shop.buy(accountId)).toMatchObject({ status: 'granted' });
});

test('a purchase for an account id that is malformed is refused, though its workflow id has the same', async () => {
  const accountId = uniqueId('a:b');
  const handle = await start(`purchase/${accountId}/p`, { ...order(accountId) });
  expect(await handle.result()).toMatchObject({ status: 'refused', reason: 'INVALID_ACCOUNT_ID' });
});
