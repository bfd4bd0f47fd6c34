import { batchedOf } from '../../../ledger/connection/batched';

const RESERVE = {
  ...{ accountId: 'a', requestId: 'r', body: { kind: 'x' }, credits: 4, catalogVersion: 1 },
  ...{ holdMs: 1_000, wait: null, notAfter: undefined },
};

test('an operation is an item of a batch, without what is null', () => {
  const batched = batchedOf('reserve_credits', RESERVE);
  expect(batched).toMatchObject({ name: 'reserve_credits', given: RESERVE, accountId: 'a' });
  expect(JSON.parse(batched?.item ?? '')).toEqual({
    ...{ name: 'reserve_credits', accountId: 'a', requestId: 'r', body: { kind: 'x' } },
    ...{ credits: 4, catalogVersion: 1, holdMs: 1_000 },
  });
});

test.each([
  ['a NUL in its body', { body: { kind: 'x', metadata: { a: 'b\0' } } }],
  ['half a pair of surrogates in its body', { body: { kind: '\ud800' } }],
  ['an account’s id that none may have', { accountId: 'a/b' }],
  ['a request’s id that none may have', { requestId: '' }],
  ['no request’s id', { requestId: undefined }],
  ['more credits than a number is sure of', { credits: 2 ** 63 }],
  ['a fraction', { credits: 0.5 }],
  ['no number', { holdMs: Number.NaN }],
  ['less than nothing', { credits: -1 }],
  ['a version beyond its type', { catalogVersion: 2 ** 31 }],
  ['a time after the year 9999', { notAfter: '+010000-01-01T00:00:00.000Z' }],
  ['a very long body', { body: { kind: 'x'.repeat(40_000) } }],
])('with %s it goes alone', (_, more) => {
  expect(batchedOf('reserve_credits', { ...RESERVE, ...more })).toBeUndefined();
});

test('so does every other operation', () => {
  expect(batchedOf('known_reservation', RESERVE)).toBeUndefined();
  expect(batchedOf('grant_credits', { accountId: 'a', key: 'k', body: {} })).toBeUndefined();
});
