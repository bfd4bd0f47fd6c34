import type { Subscription } from '../../client/client';
import type { Holdfast } from '../workflows/harness';
import { errorOf, holdfast, holdfastJson, variablesOf } from './command-line';
import {
  openSubscriptionStack,
  subscribedTo,
  subscriptionIn,
  TIME,
  untilStatus,
} from './subscription-support';

let stack: Holdfast;
let variables: Record<string, string>;
beforeAll(async () => {
  stack = await openSubscriptionStack();
  variables = variablesOf(stack);
});
afterAll(() => stack.closeSettled());

const json = (...words: string[]) => holdfastJson(variables, ...words);
const text = (...words: string[]) => holdfast(variables, ...words);
const subscribed = (planId?: string) => subscribedTo(stack, planId);
const subscriptionOf = (accountId: string) => subscriptionIn(stack, accountId);
const becomes = (accountId: string, status: Subscription['status']) =>
  untilStatus(stack, accountId, status);

describe('cancel and resume', () => {
  test('end a subscription at its period’s end, and take that back; a repeated key gets the first answer', async () => {
    const acme = await subscribed();
    const cancelled = await json('cancel', acme, '--key', 'k');
    const subscription = expect.objectContaining({ status: 'active', cancelAtPeriodEnd: true });
    expect(cancelled).toEqual({ code: 0, json: { key: 'k', subscription } });
    expect((await text('subscription', acme)).stdout).toMatch(
      new RegExp(
        `Cancelled: at ${TIME} it lapses and unused credits expire, unless it is resumed or paid before\\.\\n$`,
      ),
    );
    const resumed = await text('resume', acme, '--key', 'back');
    expect(resumed).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(
        /^Resumed: .*unless cycle 2 .*\nSubscription: s, .*\nKey: back\n$/s,
      ),
    });
    expect(await json('cancel', acme, '--key', 'k')).toEqual(cancelled);
    expect(await subscriptionOf(acme)).toMatchObject({ cancelAtPeriodEnd: false });
    await stack.client.subscriptions.renew({
      accountId: acme,
      subscriptionId: 's',
      paymentReference: 'pay-2',
    });
    const inWords = await text('cancel', acme);
    expect(inWords.stdout).toMatch(
      new RegExp(
        `^Cancelled: credits stay spendable until ${TIME}; .*\\n.*\`holdfast resume ${acme}\`.*\\n1 cycle paid ahead will still begin\\.\\n.*\\nKey: `,
      ),
    );
    expect(await subscriptionOf(acme)).toMatchObject({ cancelAtPeriodEnd: true });
  });

  test('let a subscription in grace lapse at once', async () => {
    await stack.setCatalog({ renewalGrace: 'PT1H' });
    const acme = await subscribed('brief');
    await stack.setCatalog({ renewalGrace: 'PT0S' });
    await becomes(acme, 'grace');
    const [stands, change] = await Promise.all([
      text('subscription', acme),
      json('change-plan', acme, 'lite-yearly'),
    ]);
    expect(stands.stdout).toMatch(
      /\nIn grace since .*: at .* it lapses .*, unless cycle 2 \(Brief\) is paid before\.\n$/,
    );
    expect(change).toEqual({
      code: 3,
      json: errorOf('RENEWAL_DUE', {
        cycle: 2,
        since: expect.any(String),
        validUntil: expect.any(String),
      }),
    });
    expect(await text('cancel', acme)).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(
        /^Cancelled within its grace, which ends with it\.\nIt lapsed at /,
      ),
    });
  });
});

describe('cancel --now', () => {
  test('refuses without a yes, saying what would expire, and changes nothing', async () => {
    const acme = await subscribed();
    await stack.fund(acme, 30);
    await stack.client.subscriptions.renew({
      accountId: acme,
      subscriptionId: 's',
      paymentReference: 'pay-2',
    });
    const before = await stack.ledger.history(acme);
    const [asJson, inWords] = await Promise.all([
      json('cancel', acme, '--now'),
      text('cancel', acme, '--now'),
    ]);
    expect(asJson).toEqual({
      code: 2,
      json: errorOf('INVALID_ARGUMENT', { subscriptionId: 's', expiring: 150, paidAhead: 1 }),
    });
    expect(inWords).toMatchObject({ code: 2, stdout: '' });
    expect(inWords.stderr).toMatch(
      /^INVALID_ARGUMENT: .* 150 credits at once.* 1 cycle paid ahead .* Add --yes to do it\.\n$/,
    );
    expect(await stack.ledger.history(acme)).toEqual(before);
    expect(await subscriptionOf(acme)).toMatchObject({ status: 'active' });
  });

  test('lets the subscription lapse at once, once per key, and no renewal is possible', async () => {
    const acme = await subscribed();
    const ended = await json('cancel', acme, '--now', '--yes', '--key', 'k');
    expect(ended).toEqual({
      code: 0,
      json: {
        ...{ key: 'k', expired: 150, entries: 1, granted: [] },
        subscription: expect.objectContaining({ status: 'closed', closedWhy: 'ended-now' }),
      },
    });
    const [again, unasked, renewed, cancelled] = await Promise.all([
      json('cancel', acme, '--now', '--yes', '--key', 'k'),
      json('cancel', acme, '--now', '--key', 'k'),
      json('renew', acme, '--payment-reference', 'pay-2'),
      json('cancel', acme),
    ]);
    expect(again).toEqual(ended);
    expect(unasked).toEqual(ended);
    expect(renewed).toMatchObject({ code: 3, json: errorOf('SUBSCRIPTION_ENDED') });
    expect(cancelled).toMatchObject({ code: 3, json: errorOf('SUBSCRIPTION_ENDED') });
    expect((await text('subscription', acme)).stdout).toMatch(
      /\nIt was ended at .* subscribe anew\.\n$/,
    );
    const history = await text('history', acme);
    expect(history.stdout).toMatch(
      / expire +−150 .* rest of grant 1, lapsed\n.* grant +\+150 .* grant 1, lite-monthly, cycle 1\n$/,
    );
  });
});
