import { generateInput, generationJob } from '../../contract/generation-job';
import { paymentState } from '../../contract/payment';
import { dimensions } from '../../contract/price';
import {
  billedOf,
  cut,
  durationMsOf,
  isOutputUrl,
  messageOf,
  progressOf,
  reasonOf,
  retryDelayMsOf,
} from '../../contract/provider-answer';

const URL = 'https://studio.example/film.mp4';

const throwing = () => {
  throw new Error('not for you');
};

test.each([
  ['content-refused', 'content-refused'],
  [' two\r\n\tlines ', 'two lines'],
  ['a\u2028b\u0085c', 'a b c'],
  ['a\0b\u001b[2J', 'a\uFFFDb\uFFFD[2J'],
  ['\ud83d', '\uFFFD'],
  ['🎬', '🎬'],
  [`${'x'.repeat(511)}🎬`, 'x'.repeat(511)],
  ['x'.repeat(513), 'x'.repeat(512)],
  ['', 'unknown-reason'],
  [' \n ', 'unknown-reason'],
  [null, 'unknown-reason'],
  [undefined, 'unknown-reason'],
  [{ reason: 'x' }, 'unknown-reason'],
])('the reason %j is told as %j', (said, told) => {
  expect(reasonOf(said)).toBe(told);
});

test.each([
  ['It shows\na person.', 'It shows a person.'],
  ['', undefined],
  ['\0', '\uFFFD'],
  [' ', undefined],
  [7, undefined],
  [{ text: 'no' }, undefined],
])('a message beside a reason is one line of text, or none (%#)', (said, told) => {
  expect(messageOf(said)).toBe(told);
});

test.each<[said: unknown, believed: unknown]>([
  ['never', 'never'],
  ...['Never', 'later', '', null, true, 7, {}, undefined].map((said): [unknown, unknown] => [
    said,
    undefined,
  ]),
])('of a decline with the retry %j, %j is believed', (retry, believed) => {
  const declined = { state: 'declined', paymentId: null, reason: 'card-stolen' };
  const told = paymentState.parse({ ...declined, retry });
  expect(told).toEqual({ ...declined, retry: believed });
  expect(paymentState.parse(declined)).toEqual(declined);
});

test.each([
  URL,
  'http://localhost/a',
  'file:///tmp/a.png',
  's3://bucket/key',
  'data:text/plain,hi',
  `${URL}?${'x'.repeat(2_048 - URL.length - 1)}`,
])('%p is the URL of an output', (url) => {
  expect(isOutputUrl(url)).toBe(true);
});

test.each([
  '',
  ' ',
  'film.mp4',
  '/film.mp4',
  '//studio.example/film.mp4',
  'javascript:alert(1)',
  ' JavaScript:alert(1)',
  'java\nscript:alert(1)',
  'vbscript:x',
  `${URL}\0`,
  `${URL}\n`,
  `${URL}\ud83d`,
  `${URL}?${'x'.repeat(2_048)}`,
  null,
  undefined,
  5,
  [URL],
])('%p is none', (url) => {
  expect(isOutputUrl(url)).toBe(false);
});

test.each([
  [8_000, 8_000],
  [7_999.01, 8_000],
  [0.4, 1],
  [86_400_000, 86_400_000],
  [null, null],
  [0, 0],
  [-1, 0],
  [Number.NaN, 0],
  [Number.POSITIVE_INFINITY, 0],
  [86_400_001, 0],
  ['8000', 0],
  [undefined, 0],
  [[8_000], 0],
])('a duration of %p is %p ms, where 0 is none', (said, ms) => {
  expect(durationMsOf(said)).toBe(ms);
});

test.each([
  [undefined, undefined],
  [null, undefined],
  [{ durationMs: 6_000 }, { durationMs: 6_000 }],
  [{ durationMs: null }, { durationMs: null }],
  [{ durationMs: 6_000, invoice: 'i-1' }, { durationMs: 6_000 }],
  [{ durationMs: -1 }, { durationMs: 0 }],
  [{}, { durationMs: 0 }],
  [Object.create(null), { durationMs: 0 }],
  [Object.create({ durationMs: 5 }), { durationMs: 5 }],
  ['6000', { durationMs: 0 }],
  [Symbol('bill'), { durationMs: 0 }],
  [{ durationMs: 6_000n }, { durationMs: 0 }],
  [Object.defineProperty({}, 'durationMs', { get: throwing }), { durationMs: 0 }],
])('a bill of %p is %j, where 0 is none that makes sense', (said, billed) => {
  expect(billedOf(said)).toEqual(billed);
});

test.each([
  [0.5, 0.5],
  [0, 0],
  [1, 1],
  [40, 1],
  [-1, 0],
  [Number.NaN, 0],
  [Number.POSITIVE_INFINITY, 0],
  ['0.5', 0],
  [undefined, 0],
])('a progress of %p is %p', (said, progress) => {
  expect(progressOf(said)).toBe(progress);
});

test.each([
  [5_000, 5_000],
  [0.25, 1],
  [3_600_000, 3_600_000],
  [0, undefined],
  [-5, undefined],
  [Number.NaN, undefined],
  [Number.POSITIVE_INFINITY, undefined],
  [3_600_001, undefined],
  ['5000', undefined],
])('to wait %p ms is %p, where undefined is as usual', (said, ms) => {
  expect(retryDelayMsOf(said)).toBe(ms);
});

test('what is cut is never cut within a character', () => {
  expect(cut('ab🎬', 3)).toBe('ab');
  expect(cut('ab🎬', 4)).toBe('ab🎬');
});

test('a provider is told everything that the price depends on', () => {
  const { seconds: _inMs, ...others } = dimensions.shape;
  expect(Object.keys(generationJob.shape)).toEqual(
    expect.arrayContaining([
      'idempotencyKey',
      'kind',
      'durationMs',
      ...Object.keys(others),
      'input',
    ]),
  );
  expect(Object.keys(generateInput.shape)).toEqual(
    expect.arrayContaining(Object.keys(generationJob.shape)),
  );
});
