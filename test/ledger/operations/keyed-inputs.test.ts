import { askByKey } from '../../../activities/generation/keyed-body';
import { createPayloadCodec } from '../../../codec/payload-codec';
import type { CodecKey } from '../../../contract/codec-keys';
import type { GenerationRequest } from '../../../contract/generation';
import { isBodyOf } from '../../../domain/generation/keyed-body';
import { requestBodyOf } from '../../../domain/generation/request-body';
import { newKey } from '../../codec/keys';
import { HOLD_MS, newId, START, TestLedger } from '../ledger-support';

const [K1, K2] = [newKey('k1'), newKey('k2')];

let books: TestLedger;
beforeAll(async () => {
  books = await TestLedger.open();
});
beforeEach(() => books.setClock(START));
afterAll(async () => {
  await books.expectBalanced();
  await books.close();
});

async function funded(): Promise<string> {
  const account = newId();
  await books.grantPromotion(account, 10);
  return account;
}

function request(accountId: string, more: Partial<GenerationRequest> = {}): GenerationRequest {
  const input = { prompt: 'a castle' };
  return { accountId, requestId: 'r', kind: 'text-to-image', input, ...more };
}

const keysOf = (keys: CodecKey[]) =>
  keys.length > 0 ? createPayloadCodec(keys).inputKeys : undefined;

/** Reserves as the worker with these keys does. */
function reserve(keys: CodecKey[], asked: GenerationRequest) {
  const quote = { credits: 2, catalogVersion: '1' };
  return askByKey(keysOf(keys), asked, (body) =>
    books.ledger.reserve(asked.accountId, asked.requestId, body, quote, HOLD_MS),
  );
}

async function keptBody(accountId: string, requestId = 'r') {
  return (await books.ledger.request(accountId, requestId))?.body;
}

test('an input is kept by the first key, as a hash that neither the input nor another request gives', async () => {
  const account = await funded();
  await reserve([K2, K1], request(account));
  await reserve([K2, K1], request(account, { requestId: 's' }));
  await reserve([], request(account, { requestId: 'unkeyed' }));
  const kept = await keptBody(account);
  expect(kept).toMatchObject({ inputHash: expect.any(String), inputHashKey: 'k2' });
  expect((await keptBody(account, 's'))?.inputHash).not.toBe(kept?.inputHash);
  expect(await keptBody(account, 'unkeyed')).toEqual(requestBodyOf(request(account)));
  expect(kept?.inputHash).not.toBe(requestBodyOf(request(account)).inputHash);
});

test('a request without input is the same by any key', async () => {
  const account = await funded();
  const asked = request(account, { input: undefined });
  await reserve([K1], asked);
  expect(await keptBody(account)).toEqual({ kind: 'text-to-image' });
  expect(await reserve([K2], asked)).toMatchObject({ ok: true, replayed: true });
  expect(await reserve([K2], request(account))).toMatchObject({
    refusal: { code: 'IDEMPOTENCY_CONFLICT' },
  });
});

test.each<[string, CodecKey[], CodecKey[]]>([
  ['after a rotation', [K1], [K2, K1]],
  ['by a worker that has not rotated yet', [K2, K1], [K1, K2]],
  ['that was kept before there were keys', [], [K1]],
])(
  'a repetition %s gets its first answer, and another input is a conflict',
  async (_, before, after) => {
    const account = await funded();
    const first = await reserve(before, request(account));
    expect(await reserve(after, request(account))).toEqual({ ...first, replayed: true });
    for (const other of [{ input: 'a cottage' }, { input: undefined }, { maxCredits: 2 }])
      expect(await reserve(after, request(account, other))).toMatchObject({
        refusal: { code: 'IDEMPOTENCY_CONFLICT' },
      });
    expect(await books.entryTypes(account)).toEqual(['grant', 'reserve']);
  },
);

test.each<[string, CodecKey[]]>([
  ['whose key was taken out of the list', [K2]],
  ['by a worker without keys', []],
])(
  'a repetition %s is refused by a code of its own, with the key’s id, and takes nothing',
  async (_, after) => {
    const account = await funded();
    await reserve([K1], request(account));
    const refused = {
      ok: false,
      refusal: {
        code: 'INPUT_KEY_UNKNOWN',
        details: { requestId: 'r', inputHashKey: 'k1' },
      },
    };
    expect(await reserve(after, request(account))).toMatchObject(refused);
    expect(await reserve(after, request(account, { maxCredits: 2 }))).toMatchObject({
      refusal: { code: 'IDEMPOTENCY_CONFLICT' },
    });
    expect(await books.entryTypes(account)).toEqual(['grant', 'reserve']);
    // Nothing was kept anew: the key still answers.
    expect(await reserve([K1], request(account))).toMatchObject({ ok: true, replayed: true });
  },
);

test('a client compares by the key that the ledger names, and says if it lacks that', async () => {
  const account = await funded();
  await reserve([K1], request(account));
  const kept = await keptBody(account);
  if (!kept) throw new Error('There is no body.');
  expect(isBodyOf(request(account), kept, keysOf([K2, K1]))).toBe(true);
  expect(isBodyOf(request(account, { input: 1 }), kept, keysOf([K2, K1]))).toBe(false);
  expect(isBodyOf(request(account), kept, keysOf([K2]))).toBeUndefined();
  expect(isBodyOf(request(account), kept, undefined)).toBeUndefined();
});
