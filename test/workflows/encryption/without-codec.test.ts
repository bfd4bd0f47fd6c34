import { Client } from '@temporalio/client';
import type { PayloadCodec } from '@temporalio/common';
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

function clientWithCodec(temporal = withCodec(holdfast.temporal, [KEY]).client) {
  const { ledger, config } = holdfast;
  return createHoldfastClient({ temporal, ledger, taskQueue: config.taskQueue });
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
  worker = await holdfast.startWorker({ codecKeys: [KEY] });
  const { generations } = clientWithCodec();
  expect(await generations.start(image(accountId, 'r1'), long)).toEqual(first);
  holdfast.provider.letGo(workflowId);
  expect(await generations.result(accountId, 'r1')).toMatchObject({ status: 'committed' });
});

/** A product's own codec, whose key service is away for the first calls of `decode`. */
function codecOfAProduct(): PayloadCodec & { faults: number } {
  const turned = (bytes: Uint8Array | null | undefined) =>
    Buffer.from(bytes ?? []).map((byte) => byte ^ 0x5a);
  const TURNED = Buffer.from('binary/turned');
  return {
    faults: 0,
    async encode(payloads) {
      return payloads.map(({ metadata, data }) => ({
        metadata: { ...metadata, encoding: TURNED, was: turned(metadata?.encoding) },
        data: turned(data),
      }));
    },
    async decode(payloads) {
      if (this.faults-- > 0) throw new Error('The key service is away.');
      return payloads.map((payload) => {
        const { was, ...metadata } = payload.metadata ?? {};
        if (was === undefined) return payload;
        return { metadata: { ...metadata, encoding: turned(was) }, data: turned(payload.data) };
      });
    },
  };
}

test('a codec that a product hands over is used, and a fault of its key service ends nothing', async () => {
  const accountId = uniqueId('codec');
  await holdfast.fund(accountId, 10);
  const handedOver = codecOfAProduct();
  await worker.stop();
  worker = await holdfast.startWorker({}, { dataConverter: { payloadCodecs: [handedOver] } });
  const { connection, namespace } = holdfast.temporal;
  const dataConverter = { payloadCodecs: [codecOfAProduct()] };
  const { generations } = clientWithCodec(new Client({ connection, namespace, dataConverter }));
  handedOver.faults = 1;
  await generations.start({ ...image(accountId, 'r1'), admitWithinSeconds: 600 }, long);
  expect(await generations.result(accountId, 'r1')).toMatchObject({ status: 'committed' });
  expect(handedOver.faults).toBeLessThan(0);
});
