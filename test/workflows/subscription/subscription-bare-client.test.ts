import { WithStartWorkflowOperation, WorkflowUpdateFailedError } from '@temporalio/client';
import type { ApplicationFailure } from '@temporalio/common';
import type { JsonValue } from '../../../contract/json';
import type { Outcome } from '../../../contract/outcome';
import { expiryWorkflowId, subscriptionWorkflowId } from '../../../workflows/messages';
import { uniqueId } from '../harness';
import { LITE, START, Subscribers } from './subscribers';

const OBJECT_WITHOUT_WORDS = { toString: 1, valueOf: 1 };

/** A service in any language has Temporal's own client and JSON. */
describe('the workflows of a subscription, called by name with JSON,', () => {
  let subs: Subscribers;
  beforeAll(async () => {
    subs = await Subscribers.open();
    await subs.holdfast.startWorker();
  });
  afterAll(() => subs.close());

  function start(workflowType: string, workflowId: string, ...args: JsonValue[]) {
    const { client, taskQueue } = subs.holdfast.temporal;
    return client.workflow.start(workflowType, { workflowId, taskQueue, args });
  }

  test('begin, take updates and end', async () => {
    const accountId = subs.newAccount();
    const subscribe = { planId: LITE, paymentReference: 'pay-1', timeZone: 'Europe/Berlin' };
    const handle = await start('billingCycleWorkflow', subscriptionWorkflowId(accountId, 's'), {
      ...{ accountId, subscriptionId: 's', subscribe },
    });
    const renewed = await handle.executeUpdate('renew', { args: [{ paymentReference: 'pay-2' }] });
    expect(renewed).toMatchObject({ ok: true, replayed: false, value: { newTerm: false } });
    expect(await handle.query('status')).toMatchObject({ timeZone: 'Europe/Berlin', paidCycle: 2 });
    await handle.executeUpdate('endNow', { args: [{ key: 'end' }] });
    expect(await handle.result()).toMatchObject({
      status: 'closed',
      subscription: { closedWhy: 'ended-now' },
    });
  });

  test('begin before they take an update that comes with their start', async () => {
    const accountId = subs.newAccount();
    const subscribe = { planId: LITE, paymentReference: 'pay-1' };
    const startWorkflowOperation = new WithStartWorkflowOperation('billingCycleWorkflow', {
      workflowId: subscriptionWorkflowId(accountId, 's'),
      taskQueue: subs.holdfast.temporal.taskQueue,
      args: [{ accountId, subscriptionId: 's', subscribe }],
      workflowIdConflictPolicy: 'FAIL',
    });
    const { workflow } = subs.holdfast.temporal.client;
    const args: [object] = [{ paymentReference: 'pay-2' }];
    const renewed = await workflow.executeUpdateWithStart('renew', {
      startWorkflowOperation,
      args,
    });
    expect(renewed).toMatchObject({ ok: true, value: { subscription: { paidCycle: 2 } } });
  });

  test.each<[string, string, JsonValue | undefined]>([
    ['an unknown plan', 'UNKNOWN_PLAN', { planId: 'gold', paymentReference: 'p' }],
    ['a plan with a NUL', 'UNKNOWN_PLAN', { planId: 'a\0b', paymentReference: 'p' }],
    ['a plan in broken Unicode', 'UNKNOWN_PLAN', { planId: 'a\ud800', paymentReference: 'p' }],
    ['no plan', 'UNKNOWN_PLAN', {}],
    ['no payment', 'INVALID_PAYMENT_REFERENCE', { planId: LITE }],
    [
      'a place that has no time zone',
      'INVALID_TIME_ZONE',
      { planId: LITE, paymentReference: 'p', timeZone: 'Mars' },
    ],
    [
      'a time zone with a NUL',
      'INVALID_TIME_ZONE',
      { planId: LITE, paymentReference: 'p', timeZone: 'UTC\0' },
    ],
    ['an unknown member', 'INVALID_ARGUMENT', { planId: LITE, paymentReference: 'p', price: 1 }],
    ['words', 'UNKNOWN_PLAN', 'lite, please'],
    ['nothing to begin with', 'SUBSCRIPTION_NOT_FOUND', undefined],
  ])('end with a refusal of %s as %s', async (_, code, subscribe) => {
    const accountId = uniqueId('refused');
    const input = { accountId, subscriptionId: 's', ...(subscribe !== undefined && { subscribe }) };
    const handle = await start(
      'billingCycleWorkflow',
      subscriptionWorkflowId(accountId, 's'),
      input,
    );
    expect(await handle.result()).toMatchObject({ status: 'refused', refusal: { code } });
    expect(await subs.holdfast.ledger.subscription(accountId)).toBeNull();
  });

  test.each<[string, string, string | number, string]>([
    ['an account id with a slash', 'INVALID_ACCOUNT_ID', uniqueId('a/b'), 's'],
    ['an account id that is a number', 'INVALID_ACCOUNT_ID', 5, 's'],
    ['a subscription id with a colon', 'INVALID_SUBSCRIPTION_ID', uniqueId('a'), 's:1'],
  ])('end with a refusal of %s as %s', async (_, code, accountId, subscriptionId) => {
    const workflowId = `subscription/${accountId}/${subscriptionId}`;
    const handle = await start('billingCycleWorkflow', workflowId, { accountId, subscriptionId });
    expect(await handle.result()).toMatchObject({ status: 'refused', refusal: { code } });
  });

  test.each<[string, string, JsonValue[]]>([
    [
      'of another subscription',
      'billingCycleWorkflow',
      [{ accountId: 'a', subscriptionId: 'another' }],
    ],
    [
      'made of ids that are no text',
      'billingCycleWorkflow',
      [{ accountId: OBJECT_WITHOUT_WORDS, subscriptionId: 's' }],
    ],
    ['null', 'billingCycleWorkflow', [null]],
    ['nothing', 'billingCycleWorkflow', []],
    ['of another term', 'expiryWorkflow', [{ accountId: 'a', subscriptionId: 's', term: 2 }]],
    ['nothing', 'expiryWorkflow', []],
  ])('fail with WORKFLOW_ID_MISMATCH if the input is %s: %s', async (_, workflowType, args) => {
    const handle = await start(workflowType, uniqueId('subscription/a'), ...args);
    await expect(handle.result()).rejects.toMatchObject({
      cause: { type: 'WORKFLOW_ID_MISMATCH', nonRetryable: true },
    });
  });

  test.each<[JsonValue]>([['first'], [null], [1.5], [0], [2 ** 40], [-1]])(
    'end with a refusal of the term %j',
    async (term) => {
      const account = await subs.subscribed();
      const workflowId = expiryWorkflowId(account, 's', term as number);
      const handle = await start('expiryWorkflow', workflowId, {
        accountId: account,
        subscriptionId: 's',
        term,
      });
      expect(await handle.result()).toMatchObject({
        status: 'refused',
        refusal: { code: 'INVALID_ARGUMENT' },
      });
    },
  );

  test('take seen keys that are no list for none', async () => {
    const account = await subs.subscribed();
    await subs.workflow(account).terminate();
    const input = { accountId: account, subscriptionId: 's', seenKeys: 5 };
    const handle = await start('billingCycleWorkflow', subscriptionWorkflowId(account, 's'), input);
    expect(await handle.executeUpdate('cancelAtPeriodEnd', { args: [{ key: 'c' }] })).toMatchObject(
      { ok: true },
    );
  });

  describe('in answer to an update', () => {
    const nonsense: [string, JsonValue[]][] = [
      ['no argument', []],
      ['null', [null]],
      ['words', ['please']],
      ['a list', [[1, 2]]],
      [
        'keys that have no text form',
        [{ key: OBJECT_WITHOUT_WORDS, paymentReference: OBJECT_WITHOUT_WORDS }],
      ],
      ['keys of other types', [{ key: 5, paymentReference: ['p'], planId: {} }]],
      ['unknown members', [{ key: 'k', paymentReference: 'p', planId: LITE, surprise: true }]],
    ];
    const updates = ['subscribe', 'renew', 'changePlan', 'cancelAtPeriodEnd', 'resume', 'endNow'];
    let account: string;
    beforeAll(async () => {
      account = await subs.subscribed();
    });

    /** The refusal's code, from the answer or from the update's validator. */
    async function refusalOf(update: string, args: JsonValue[]): Promise<unknown> {
      const told = subs
        .workflow(account)
        .executeUpdate<Outcome<object>, []>(update, { args: args as [] });
      const outcome = await told.catch((error: WorkflowUpdateFailedError) => error);
      if (outcome instanceof WorkflowUpdateFailedError)
        return (outcome.cause as ApplicationFailure).type;
      return outcome.ok ? 'done' : outcome.refusal.code;
    }

    test.each(nonsense)('refuse %s with a code in every update', async (_, args) => {
      for (const update of updates) {
        expect({ update, code: await refusalOf(update, args) }).toEqual({
          update,
          code: expect.stringMatching(/^(INVALID|UNKNOWN)_|^SUBSCRIPTION_NOT_CANCELLED$/),
        });
      }
      expect(await subs.subscription(account)).toMatchObject({
        status: 'active',
        paidCycle: 1,
        scheduledPlanId: null,
      });
    });

    test('about another account do it to their own or not at all', async () => {
      const victim = await subs.subscribed();
      for (const update of updates) {
        const said = { accountId: victim, subscriptionId: 's', key: 'k', paymentReference: 'p' };
        await subs
          .workflow(account)
          .executeUpdate(update, { args: [said] })
          .catch(() => undefined);
      }
      expect(await subs.subscription(victim)).toMatchObject({
        status: 'active',
        paidCycle: 1,
        cancelAtPeriodEnd: false,
      });
    });
  });

  test.each(['0000-01-01T00:00:00Z', `${START.slice(0, 19)}+23:00`])(
    'refuse a renewal paid at %s, which Postgres can’t read',
    async (paidAt) => {
      const account = await subs.subscribed();
      const said = { paymentReference: 'pay-2', paidAt };
      const outcome = await subs.workflow(account).executeUpdate('renew', { args: [said] });
      expect(outcome).toMatchObject({ ok: false, refusal: { code: 'INVALID_TIME' } });
      await expect(subs.renew(account, 'pay-2', paidAt)).rejects.toMatchObject({
        code: 'INVALID_TIME',
      });
    },
  );
});
