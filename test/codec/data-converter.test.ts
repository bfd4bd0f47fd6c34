import { dataConverterOf } from '../../codec/data-converter';
import { createPayloadCodec } from '../../codec/payload-codec';
import { newKey } from './keys';

const KEYS = [newKey('k1')];
const INVALID = expect.objectContaining({ code: 'INVALID_ARGUMENT' });

test('keys make a data converter with one codec, and without keys there is none', () => {
  expect(dataConverterOf(KEYS, undefined)?.payloadCodecs).toHaveLength(1);
  expect(dataConverterOf(undefined, undefined)).toBeUndefined();
});

test('a data converter that is handed over is used as it is', () => {
  const payloadCodecs = [createPayloadCodec(KEYS)];
  expect(dataConverterOf(undefined, { payloadCodecs })).toEqual({ payloadCodecs });
});

test('a data converter beside keys is refused, since only one of them can be meant', () => {
  expect(() => dataConverterOf(KEYS, { payloadCodecs: [] })).toThrow(INVALID);
});

test.each(['payloadConverterPath', 'failureConverterPath'])(
  'a data converter with %s is refused, because workflows are bundled without it',
  (part) => {
    expect(() => dataConverterOf(undefined, { [part]: '/some/file.js' })).toThrow(INVALID);
  },
);
