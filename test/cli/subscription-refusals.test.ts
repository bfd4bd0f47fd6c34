import { type Holdfast, openHoldfast, uniqueId } from '../workflows/harness';
import { booksOf, errorOf, holdfast, holdfastJson, variablesOf } from './command-line';

const HOLDER = uniqueId('holder');
const UNKNOWN = uniqueId('nobody');

let stack: Holdfast;
let variables: Record<string, string>;
beforeAll(async () => {
  stack = await openHoldfast();
  variables = variablesOf(stack);
  await stack.startWorker();
  const request = {
    accountId: HOLDER,
    subscriptionId: 's',
    planId: 'lite-monthly',
    paymentReference: 'pay-1',
  };
  await stack.client.subscriptions.subscribe(request);
});
afterAll(() => stack.closeSettled());

const PAID = ['--payment-reference', 'pay-2'];
const NEVER = expect.any(String);

test.each<[string, number, string, object, string[]]>([
  [
    'a second subscription',
    3,
    'SUBSCRIPTION_EXISTS',
    { subscriptionId: 's', planId: 'lite-monthly', validUntil: NEVER },
    ['subscribe', HOLDER, 'lite-yearly', ...PAID],
  ],
  [
    'an unknown plan',
    2,
    'UNKNOWN_PLAN',
    { planId: 'gold' },
    ['subscribe', UNKNOWN, 'gold', ...PAID],
  ],
  [
    'a time zone that doesn’t exist',
    2,
    'INVALID_TIME_ZONE',
    { timeZone: 'Europe/Atlantis' },
    ['subscribe', UNKNOWN, 'lite-monthly', ...PAID, '--time-zone', 'Europe/Atlantis'],
  ],
  [
    'a payment that has paid before',
    3,
    'IDEMPOTENCY_CONFLICT',
    { key: 'pay-1', earlier: { subscriptionId: 's', cycle: 1, pays: 'cycle', paidAt: NEVER } },
    ['renew', HOLDER, '--payment-reference', 'pay-1'],
  ],
  [
    'a payment in the future',
    2,
    'PAYMENT_IN_FUTURE',
    { paidAt: '2100-01-01T00:00:00.000Z', now: NEVER },
    ['renew', HOLDER, ...PAID, '--paid-at', '2100-01-01T00:00:00Z'],
  ],
  [
    'a renewal without a subscription',
    3,
    'SUBSCRIPTION_NOT_FOUND',
    {},
    ['renew', UNKNOWN, ...PAID],
  ],
  [
    'a renewal of an unknown subscription',
    3,
    'SUBSCRIPTION_NOT_FOUND',
    {},
    ['renew', HOLDER, ...PAID, '--subscription-id', 'other'],
  ],
  [
    'an immediate change without its payment',
    2,
    'PAYMENT_REFERENCE_REQUIRED',
    { planId: 'professional-monthly', effect: 'upgrade' },
    ['change-plan', HOLDER, 'professional-monthly'],
  ],
  [
    'a change to an unknown plan',
    2,
    'UNKNOWN_PLAN',
    { planId: 'gold' },
    ['change-plan', HOLDER, 'gold'],
  ],
  [
    'a resume of a subscription that isn’t cancelled',
    3,
    'SUBSCRIPTION_NOT_CANCELLED',
    {},
    ['resume', HOLDER],
  ],
  ['a cancellation without a subscription', 3, 'SUBSCRIPTION_NOT_FOUND', {}, ['cancel', UNKNOWN]],
  [
    'an end at once of an unknown subscription',
    3,
    'SUBSCRIPTION_NOT_FOUND',
    {},
    ['cancel', HOLDER, '--now', '--yes', '--subscription-id', 'other'],
  ],
])('%s ends with %d, %s, and changes nothing', async (_what, exitCode, code, details, words) => {
  const books = () => booksOf(stack, [HOLDER, UNKNOWN]);
  const before = await books();
  const [asJson, inWords] = await Promise.all([
    holdfastJson(variables, ...words),
    holdfast(variables, ...words),
  ]);
  // The workflow's validator names no subscription, and the ledger does: either may be the first to refuse.
  const { error } = asJson.json as { error: { subscriptionId?: string } };
  if (!('subscriptionId' in details)) delete error.subscriptionId;
  expect(asJson).toEqual({ code: exitCode, json: errorOf(code, details) });
  expect(inWords).toMatchObject({ code: exitCode, stdout: '' });
  expect(inWords.stderr).toMatch(new RegExp(`^${code}: .+\\n$`));
  expect(await books()).toEqual(before);
});

test('an error without an answer names the ids for repeating the command', async () => {
  const alone = { ...variables, HOLDFAST_TASK_QUEUE: 'nobody-polls-this' };
  const account = uniqueId('alone');
  const words = ['subscribe', account, 'lite-monthly', ...PAID];
  const { code, json } = await holdfastJson(alone, ...words);
  expect(code).toBe(4);
  const subscriptionId = expect.stringMatching(/^sub-/);
  expect(json).toEqual(errorOf('NO_WORKER', { subscriptionId, taskQueue: 'nobody-polls-this' }));
});
