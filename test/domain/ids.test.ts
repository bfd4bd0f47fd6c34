import {
  checkAccountId,
  checkKey,
  checkPaymentReference,
  checkRequestId,
  checkSubscriptionId,
} from '../../contract/ids';
import { codeOf, errorOf } from './fixtures';

const checks = [
  ['INVALID_ACCOUNT_ID', checkAccountId],
  ['INVALID_REQUEST_ID', checkRequestId],
  ['INVALID_KEY', checkKey],
  ['INVALID_SUBSCRIPTION_ID', checkSubscriptionId],
  ['INVALID_PAYMENT_REFERENCE', checkPaymentReference],
] as const;

const good = [
  'a',
  '0',
  'user@example.com',
  'auth0|5f7c8ec7',
  'a.b_c-d',
  'constructor',
  'x'.repeat(128),
];

const bad = [
  '',
  ' ',
  '.a',
  '-a',
  '_a',
  '@a',
  '|a',
  'a:b',
  'a"b',
  "a'b",
  'a b',
  'a\n',
  '\na',
  'a\0b',
  'a\\b',
  'a😀',
  'é',
  '\ud800',
  '__proto__',
  'x'.repeat(129),
  'x'.repeat(10_000),
  undefined,
  null,
  7,
  true,
  ['a'],
  {},
  { toString: 1, valueOf: 1 },
  Object.create(null),
  Symbol('a'),
];

describe.each(checks)('%s', (code, check) => {
  test.each(good.map((id) => [id]))('%j passes unchanged', (id) => {
    expect(check(id)).toBe(id);
  });

  test.each(bad.map((id) => [id]))('%p is refused', (id) => {
    expect(codeOf(() => check(id))).toBe(code);
  });
});

test('an account’s id may be a mail address with a plus sign, a payment’s reference an invoice’s number with slashes', () => {
  expect(checkAccountId('jo+team@example.com')).toBe('jo+team@example.com');
  expect(checkPaymentReference('INV/2026/0042')).toBe('INV/2026/0042');
  for (const [code, check] of checks) {
    if (check !== checkPaymentReference) expect(codeOf(() => check('a/b'))).toBe(code);
    if (check !== checkAccountId) expect(codeOf(() => check('a+b'))).toBe(code);
    expect(codeOf(() => check('/a'))).toBe(code);
    expect(codeOf(() => check('+a'))).toBe(code);
  }
});

test('a refusal stays short however long the id was', () => {
  expect(errorOf(() => checkAccountId('x'.repeat(10_000))).message.length).toBeLessThan(300);
  expect(errorOf(() => checkAccountId(Array(10_000).fill('x'))).message.length).toBeLessThan(300);
});
