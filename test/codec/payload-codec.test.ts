import { defaultPayloadConverter, type Payload } from '@temporalio/common';
import { createPayloadCodec } from '../../codec/payload-codec';
import { newKey } from './keys';

const OLD = newKey('k1');
const NEW = newKey('k2');
const PROMPT = 'a castle that nobody else may see';
const clear = defaultPayloadConverter.toPayload({ prompt: PROMPT });

async function encrypted(codec = createPayloadCodec([OLD])): Promise<Payload> {
  const [payload] = await codec.encode([clear]);
  return payload as Payload;
}

function withBytes(payload: Payload, change: (data: Buffer) => Buffer): Payload {
  return { ...payload, data: change(Buffer.from(payload.data as Uint8Array)) };
}

async function decoded(payload: Payload, keys = [OLD]): Promise<unknown> {
  const [read] = await createPayloadCodec(keys).decode([payload]);
  return defaultPayloadConverter.fromPayload(read as Payload);
}

const UNREADABLE = { code: 'PAYLOAD_UNREADABLE' };

test('an encrypted payload holds neither the value nor its encoding, and names its key', async () => {
  const payload = await encrypted();
  const said = Buffer.concat([
    ...Object.values(payload.metadata ?? {}),
    payload.data ?? Buffer.of(),
  ]);
  expect(said.includes('castle')).toBe(false);
  expect(said.includes('json/plain')).toBe(false);
  expect(Object.keys(payload.metadata ?? {}).sort()).toEqual(['encoding', 'encryption-key-id']);
  expect(Buffer.from(payload.metadata?.['encryption-key-id'] ?? []).toString()).toBe('k1');
  expect(await decoded(payload)).toEqual({ prompt: PROMPT });
});

test('the same payload is encrypted differently each time', async () => {
  const codec = createPayloadCodec([OLD]);
  const [one, two] = await codec.encode([clear, clear]);
  expect(Buffer.from(one?.data ?? []).equals(Buffer.from(two?.data ?? []))).toBe(false);
});

test('the first key encrypts and all of them decrypt, so that keys can be rotated', async () => {
  const old = await encrypted();
  const rotated = await encrypted(createPayloadCodec([NEW, OLD]));
  expect(await decoded(old, [NEW, OLD])).toEqual({ prompt: PROMPT });
  expect(await decoded(rotated, [OLD, NEW])).toEqual({ prompt: PROMPT });
  await expect(decoded(rotated, [OLD])).rejects.toMatchObject(UNREADABLE);
});

test('payloads from before encryption pass unchanged, among encrypted ones', async () => {
  const read = await createPayloadCodec([OLD]).decode([clear, await encrypted(), {}]);
  expect(read[0]).toBe(clear);
  expect(defaultPayloadConverter.fromPayload(read[1] as Payload)).toEqual({ prompt: PROMPT });
  expect(read[2]).toEqual({});
});

test('a payload of an unknown key is refused with its id, and the ids that are known', async () => {
  const payload = await encrypted(createPayloadCodec([NEW]));
  await expect(decoded(payload)).rejects.toMatchObject({
    ...UNREADABLE,
    details: { keyId: 'k2' },
    message: expect.stringMatching(/"k2".*k1/),
  });
});

test.each<[string, (payload: Payload) => Payload]>([
  ['one bit of it was changed', (said) => withBytes(said, (data) => flipped(data, 20))],
  ['its nonce was changed', (said) => withBytes(said, (data) => flipped(data, 0))],
  ['its tag was changed', (said) => withBytes(said, (data) => flipped(data, data.length - 1))],
  ['its end was cut off', (said) => withBytes(said, (data) => data.subarray(0, -1))],
  ['it has a nonce and nothing else', (said) => withBytes(said, (data) => data.subarray(0, 12))],
  ['it has five bytes', (said) => withBytes(said, (data) => data.subarray(0, 5))],
  ['it is empty', (said) => withBytes(said, () => Buffer.of())],
  ['it has no data', ({ metadata }) => ({ metadata })],
])('a payload is refused, and no value made of it, if %s', async (_, change) => {
  await expect(decoded(change(await encrypted()))).rejects.toMatchObject(UNREADABLE);
});

test('a payload is refused under the id of another key, even if both keys are the same', async () => {
  const payload = await encrypted();
  const metadata = { ...payload.metadata, 'encryption-key-id': Buffer.from('k2') };
  const keys = [OLD, { id: 'k2', key: OLD.key }];
  await expect(decoded({ ...payload, metadata }, keys)).rejects.toMatchObject(UNREADABLE);
});

function flipped(data: Buffer, at: number): Buffer {
  data[at] = (data[at] ?? 0) ^ 1;
  return data;
}

test.each([
  ['no key', []],
  ['a key of 31 bytes', [{ id: 'k1', key: Buffer.alloc(31).toString('base64') }]],
  ['a key in hexadecimal digits', [{ id: 'k1', key: 'ab'.repeat(32) }]],
  ['an id with a comma', [{ ...OLD, id: 'k,1' }]],
  ['an id twice', [OLD, { ...NEW, id: 'k1' }]],
])('%s is refused, without naming a key', (_, keys) => {
  const made = () => createPayloadCodec(keys);
  expect(made).toThrow(expect.objectContaining({ code: 'INVALID_ARGUMENT' }));
  for (const { key } of keys)
    expect(made).toThrow(
      expect.objectContaining({ message: expect.not.stringContaining(key.slice(0, 20)) }),
    );
});

test('a keyed hash is the same for the same key, and another for another', () => {
  const one = createPayloadCodec([OLD]).keyedHash('text');
  expect(one).toMatch(/^[0-9a-f]{64}$/);
  expect(createPayloadCodec([OLD, NEW]).keyedHash('text')).toBe(one);
  expect(createPayloadCodec([NEW, OLD]).keyedHash('text')).not.toBe(one);
});
