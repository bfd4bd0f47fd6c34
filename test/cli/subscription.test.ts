import type { Subscription } from '../../client/client';
import { type Holdfast, uniqueId } from '../workflows/harness';
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

describe('subscribe', () => {
  test('grants the first cycle, and the same id gets the first answer', async () => {
    const acme = uniqueId('acme');
    const words = [
      'subscribe',
      acme,
      'lite-monthly',
      '--payment-reference',
      'pay-1',
      '--subscription-id',
      's',
    ];
    const first = await json(...words, '--time-zone', 'Europe/Berlin');
    expect(first).toEqual({
      code: 0,
      json: {
        granted: [{ cycle: 1, planId: 'lite-monthly', credits: 150, grantId: '1' }],
        subscription: expect.objectContaining({
          accountId: acme,
          status: 'active',
          timeZone: 'Europe/Berlin',
        }),
      },
    });
    const [again, inWords, other] = await Promise.all([
      json(...words, '--time-zone', 'Europe/Berlin'),
      text(...words, '--time-zone', 'Europe/Berlin'),
      json(...words),
    ]);
    expect(again).toEqual(first);
    expect(inWords.stdout).toMatch(new RegExp(`^Subscription: s, as it stood at ${TIME}$`, 'm'));
    expect(other).toMatchObject({ code: 3, json: errorOf('IDEMPOTENCY_CONFLICT') });
    expect(await stack.ledger.balance(acme)).toMatchObject({ granted: 150 });
  });

  test('prints the grant and the next change in words, under a random id', async () => {
    const acme = uniqueId('acme');
    const { code, stdout } = await text(
      'subscribe',
      acme,
      'lite-monthly',
      '--payment-reference',
      'pay-1',
    );
    expect(code).toBe(0);
    expect(stdout).toMatch(
      new RegExp(
        '^Subscribed to Lite Monthly\\.\\n150 credits granted \\(Lite Monthly, cycle 1\\)\\n' +
          `At ${TIME} it lapses and unused credits expire, unless cycle 2 \\(Lite Monthly\\) is paid before\\.\\n` +
          `Subscription: sub-[0-9a-f-]{36}, as it stood at ${TIME}\\n$`,
      ),
    );
    expect(stdout).toContain((await subscriptionOf(acme)).subscriptionId);
  });
});

test('subscription prints the subscription’s state, and its workflow', async () => {
  const acme = await subscribed();
  const [asJson, inWords, unknown, without] = await Promise.all([
    json('subscription', acme),
    text('subscription', acme, '--subscription-id', 's'),
    json('subscription', acme, '--subscription-id', 'other'),
    json('subscription', uniqueId('nobody')),
  ]);
  const { at: _at, ...stands } = await subscriptionOf(acme);
  expect(asJson).toEqual({
    code: 0,
    json: {
      explanation: expect.stringMatching(
        / it lapses and unused credits expire, unless cycle 2 .* is paid before\.$/,
      ),
      subscription: { ...stands, at: expect.any(String) },
      workflow: { workflowId: `subscription/${acme}/s`, state: 'running' },
    },
  });
  expect(inWords.stdout).toMatch(
    new RegExp(
      `^Subscription s of account ${acme}: active\\n\\nPlan {6}Lite Monthly \\(lite-monthly\\)\\n` +
        `Cycle {5}1, of term 1: ${TIME} to ${TIME}, counted in UTC\\nPaid {6}until ${TIME}\\n` +
        `Credits {3}valid until ${TIME}\\nWorkflow {2}running; in Temporal: subscription/${acme}/s\\n\\nAt ${TIME} it lapses`,
    ),
  );
  expect(unknown).toEqual({ code: 3, json: errorOf('SUBSCRIPTION_NOT_FOUND') });
  expect(without).toEqual({ code: 3, json: errorOf('SUBSCRIPTION_NOT_FOUND') });
});

describe('renew', () => {
  test('carries credits forward, and the same payment renews once', async () => {
    const acme = await subscribed();
    const first = await json('renew', acme, '--payment-reference', 'pay-2');
    expect(first).toEqual({
      code: 0,
      json: {
        newTerm: false,
        granted: [],
        subscription: expect.objectContaining({ paidCycle: 2, paidAhead: 1 }),
      },
    });
    expect(
      await json('renew', acme, '--payment-reference', 'pay-2', '--subscription-id', 's'),
    ).toEqual(first);
    const ahead = await text('renew', acme, '--payment-reference', 'pay-3');
    expect(ahead.stdout).toMatch(
      new RegExp(
        `^Renewed: cycle 3 \\(Lite Monthly\\) is paid, and unused credits are carried forward, valid until ${TIME}\\.\\n` +
          `At ${TIME} cycle 2, which is paid, begins and its credits are granted\\. It is paid until ${TIME}\\.\\n`,
      ),
    );
    expect(await subscriptionOf(acme)).toMatchObject({ paidCycle: 3 });
  });

  test('after the lapse starts a new term, unless it was paid before', async () => {
    const [late, inTime] = await Promise.all([subscribed('brief'), subscribed('brief')]);
    const { cycleStart } = await subscriptionOf(inTime);
    await Promise.all([becomes(late, 'lapsed'), becomes(inTime, 'lapsed')]);
    const told = await json('subscription', late);
    expect(told.json).toMatchObject({
      explanation: expect.stringMatching(
        /^It lapsed at .* credits can’t be spent.* still carries them forward/,
      ),
      subscription: { status: 'lapsed' },
    });
    const [renewed, carried] = await Promise.all([
      text('renew', late, '--payment-reference', 'pay-2'),
      json('renew', inTime, '--payment-reference', 'pay-2', '--paid-at', cycleStart),
    ]);
    expect(renewed.code).toBe(0);
    expect(renewed.stdout).toMatch(
      /^Too late to carry anything forward: cycle 2 \(Brief\) is paid, and begins term 2\.\n10 credits granted \(Brief, cycle 2\)\n/,
    );
    expect(carried).toMatchObject({
      code: 0,
      json: {
        newTerm: false,
        granted: [{ cycle: 2, planId: 'brief', credits: 10 }],
        subscription: { term: 1 },
      },
    });
  });
});

describe('change-plan', () => {
  test('to a plan with more credits takes effect at once, with its payment', async () => {
    const acme = await subscribed();
    const words = [
      'change-plan',
      acme,
      'professional-monthly',
      '--payment-reference',
      'pay-2',
      '--key',
      'k',
    ];
    const changed = await json(...words);
    expect(changed).toEqual({
      code: 0,
      json: {
        ...{ key: 'k', effect: 'upgrade', paymentUsed: true },
        granted: [{ cycle: 1, planId: 'professional-monthly', credits: 200, grantId: '2' }],
        subscription: expect.objectContaining({ planId: 'professional-monthly' }),
      },
    });
    expect(await json(...words)).toEqual(changed);
    expect((await text(...words)).stdout).toMatch(
      /^Changed to Professional Monthly at once, for the rest of cycle 1\.\n200 credits granted \(Professional Monthly, cycle 1\)\nPayment pay-2 has paid for it\.\n/,
    );
    expect(await stack.ledger.balance(acme)).toMatchObject({ available: 350 });
  });

  test('to a longer cycle begins that cycle now', async () => {
    const acme = await subscribed();
    const { code, stdout } = await text(
      'change-plan',
      acme,
      'lite-yearly',
      '--payment-reference',
      'pay-2',
    );
    expect(code).toBe(0);
    expect(stdout).toMatch(
      new RegExp(
        `^Changed to Lite Yearly at once: cycle 2 begins now and ends ${TIME}\\.\\n300 credits granted \\(Lite Yearly, cycle 2\\)`,
      ),
    );
  });

  test('to a plan with fewer credits waits for the boundary and uses no payment; changing back drops it', async () => {
    const acme = await subscribed('professional-monthly');
    const down = await text(
      'change-plan',
      acme,
      'lite-monthly',
      '--payment-reference',
      'pay-2',
      '--key',
      'k',
    );
    expect(down.stdout).toMatch(
      new RegExp(
        `^Lite Monthly takes effect at ${TIME}, with the renewal that is paid for it\\.\\n` +
          `Payment pay-2 was not used: .*\`holdfast renew ${acme} --payment-reference pay-2\`\\.\\n` +
          `At ${TIME} it lapses .*, unless cycle 2 \\(Lite Monthly\\) is paid before\\.\\nSubscription: s, .*\\nKey: k\\n$`,
      ),
    );
    const back = await json('change-plan', acme, 'professional-monthly');
    expect(back).toMatchObject({
      code: 0,
      json: {
        effect: 'held',
        paymentUsed: false,
        granted: [],
        subscription: { scheduledPlanId: null },
      },
    });
    expect(await stack.ledger.balance(acme)).toMatchObject({ granted: 350 });
  });
});
