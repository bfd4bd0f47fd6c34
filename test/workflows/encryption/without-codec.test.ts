import { createHoldfastClient } from '../../../client/client';
import { newKey } from '../../codec/keys';
import { type Holdfast, openHoldfast, uniqueId, withCodec } from '../harness';

const KEY = newKey('k1');
const long = { timeoutMs: 60_000 };

let holdfast: Holdfast;
let worker: Awaited<ReturnType<Holdfast['startWorker']>>;
beforeAll(async () => {
  holdfast = await openHoldfast();
  worker = await holdfast.startWorker();
});
afterAll(() => holdfast.closeSettled());

const image = (accountId: string, requestId: string) => ({
  ...{ accountId, requestId, kind: 'text-to-image' },
  input: { prompt: 'a castle' },
});

function clientWithCodec() {
  const { ledger, config, temporal } = holdfast;
  const { client } = withCodec(temporal, [KEY]);
  return createHoldfastClient({ temporal: client, ledger, taskQueue: config.taskQueue });
}

test('a client with a codec is told a code by a worker without one, and nothing is reserved', async () => {
  const accountId = uniqueId('codec');
  await holdfast.fund(accountId, 10);
  await expect(
    clientWithCodec().generations.start(image(accountId, 'r1'), long),
  ).rejects.toMatchObject({ code: 'PAYLOAD_UNREADABLE' });
  expect(await holdfast.ledger.balance(accountId)).toMatchObject({ available: 10, reserved: 0 });
});

test('generations and requests from before the codec was on go on with it', async () => {
  const accountId = uniqueId('codec');
  const workflowId = `generation/${accountId}/r1`;
  await holdfast.fund(accountId, 10);
  holdfast.provider.hold(workflowId);
  const first = await holdfast.client.generations.start(image(accountId, 'r1'), long);
  await worker.stop();
  await holdfast.startWorker({ codecKeys: [KEY] });
  const { generations } = clientWithCodec();
  expect(await generations.start(image(accountId, 'r1'), long)).toEqual(first);
  holdfast.provider.letGo(workflowId);
  expect(await generations.result(accountId, 'r1')).toMatchObject({ status: 'committed' });
});
