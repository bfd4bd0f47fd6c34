import fc from 'fast-check';
import type { GenerationRequest } from '../../contract/generation';
import { canonicalJson, type JsonValue } from '../../contract/json';
import { requestBodyOf, requestHashOf } from '../../domain/generation/request-body';

const request: GenerationRequest = {
  accountId: 'acc-1',
  requestId: 'req-1',
  kind: 'text-to-video-veo3',
  seconds: 7.5,
  audio: true,
  input: { prompt: 'kelp', options: { style: 'ink', seed: 7 } },
  metadata: { project: 'tide', team: 'north' },
  maxCredits: 40,
  admitWithinSeconds: 30,
};

const without = (field: keyof GenerationRequest): GenerationRequest => {
  const { [field]: _dropped, ...rest } = request;
  return rest as GenerationRequest;
};

/** The same value with the members of every object in reverse order. */
function reversed(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map(reversed);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value)
      .map(([key, member]) => [key, reversed(member)] as const)
      .reverse(),
  );
}

describe('the hash of a request', () => {
  test('is 64 hexadecimal digits, and stays what it was in earlier releases', () => {
    expect(requestHashOf({ accountId: 'acc-1', requestId: 'req-1', kind: 'text-to-image' })).toBe(
      'a88290ddc965ba126a3ba516e7acd74f90ed250197726cdcc0b96780ede6bc16',
    );
    expect(requestHashOf(request)).toBe(
      '3ec80eb2e5b7f5861f01d010dd50033a154f2b9ec4098a33b6cb82b8f643a5ac',
    );
  });

  test('is the same for reordered keys, at every depth', () => {
    expect(
      requestHashOf(reversed(request as unknown as JsonValue) as unknown as GenerationRequest),
    ).toBe(requestHashOf(request));
  });

  test.each<[string, GenerationRequest]>([
    ['another account', { ...request, accountId: 'acc-2' }],
    ['another request id', { ...request, requestId: 'req-2' }],
    ['another kind', { ...request, kind: 'ai-avatar' }],
    ['another duration', { ...request, seconds: 7.501 }],
    ['no duration', without('seconds')],
    ['no audio', without('audio')],
    [
      'another member deep in the input',
      { ...request, input: { prompt: 'kelp', options: { style: 'ink', seed: 8 } } },
    ],
    ['an input that is null', { ...request, input: null }],
    ['no input', without('input')],
    ['another value in the metadata', { ...request, metadata: { project: 'tide', team: 'south' } }],
    ['one pair less', { ...request, metadata: { project: 'tide' } }],
    ['no metadata', without('metadata')],
    ['another maxCredits', { ...request, maxCredits: 41 }],
    ['no maxCredits', without('maxCredits')],
  ])('differs with %s', (_what, other) => {
    expect(requestHashOf(other)).not.toBe(requestHashOf(request));
  });

  test.each<[string, GenerationRequest, GenerationRequest]>([
    ['audio: false and no audio', { ...request, audio: false }, without('audio')],
    ['empty metadata and none', { ...request, metadata: {} }, without('metadata')],
    ['undefined and absent', { ...request, maxCredits: undefined }, without('maxCredits')],
    [
      'another admitWithinSeconds',
      { ...request, admitWithinSeconds: 5 },
      without('admitWithinSeconds'),
    ],
  ])('is the same for %s', (_what, one, other) => {
    expect(requestHashOf(one)).toBe(requestHashOf(other));
    expect(requestBodyOf(one)).toEqual(requestBodyOf(other));
  });

  test('can’t be confused by moving text between fields', () => {
    const one = { ...request, accountId: 'a', requestId: 'b|c' };
    const other = { ...request, accountId: 'a|b', requestId: 'c' };
    expect(requestHashOf(one)).not.toBe(requestHashOf(other));
  });

  test('takes an input with lone surrogates and tells them apart', () => {
    expect(requestHashOf({ ...request, input: '\ud800' })).not.toBe(
      requestHashOf({ ...request, input: '\ud801' }),
    );
  });
});

test('the body holds only what the caller said about the generation, and the input by its hash', () => {
  expect(requestBodyOf(request)).toEqual({
    kind: 'text-to-video-veo3',
    seconds: 7.5,
    audio: true,
    inputHash: expect.stringMatching(/^[0-9a-f]{64}$/),
    metadata: { project: 'tide', team: 'north' },
    maxCredits: 40,
  });
  expect(requestBodyOf({ accountId: 'a', requestId: 'b', kind: 'text-to-image' })).toEqual({
    kind: 'text-to-image',
  });
});

describe('canonical JSON', () => {
  const json = fc.jsonValue() as fc.Arbitrary<JsonValue>;

  test('sorts keys, keeps arrays in order and leaves out absent members', () => {
    expect(canonicalJson({ b: [3, { d: 1, c: 2 }, 1], a: undefined, B: null })).toBe(
      '{"B":null,"b":[3,{"c":2,"d":1},1]}',
    );
    expect(canonicalJson(JSON.parse('{"__proto__":1,"10":2,"9":3}'))).toBe(
      '{"9":3,"10":2,"__proto__":1}',
    );
  });

  test('is the same for any order of members', () => {
    fc.assert(
      fc.property(json, (value) => canonicalJson(reversed(value)) === canonicalJson(value)),
    );
  });

  test('loses nothing', () => {
    fc.assert(
      fc.property(json, (value) => {
        expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });
});
