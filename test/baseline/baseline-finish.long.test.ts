import { defaultPayloadConverter } from '@temporalio/common';
import { registerSearchAttributes } from '../../client/register-search-attributes';
import type { GenerationJob, GenerationProvider } from '../../providers/generation-provider';
import type { Charge } from '../../providers/payment-provider';
import { eventually } from '../support/eventually';
import { newNamespace } from '../support/temporal';
import { type Holdfast, openHoldfast } from '../workflows/harness';
import {
  baselines,
  type HistoryEvent,
  type OpenWorkflow,
  openWorkflowsOf,
  readingsOf,
} from './fixtures';
import { reenact } from './reenact/reenact';
import { advanceClock, ask, restoreMigrated } from './restored';

const HOURS_LATER_MS = 2 * 3_600_000;
const FAR_LATER = '2100-01-01T00:00:00.000Z';
const PAGE = 1_000;

/** The end of each open workflow when its time has come and every provider answers. */
const ENDS: Record<string, object> = {
  'billing-cycle-lapsed': { status: 'closed', subscription: { closedWhy: 'lapsed' } },
  'billing-cycle-second-run': { status: 'closed', subscription: { closedWhy: 'ended-now' } },
  'expiry-window': { status: 'booked', term: 1, expired: 180 },
  'generation-generating': { status: 'committed', reserved: 2, charged: 2 },
  'generation-waiting': { status: 'committed', reserved: 10, charged: 10 },
  'grant-pending': { ok: true, grant: { credits: 10 } },
  'notices-failing': { delivered: 1, failed: 0 },
  'purchase-pending': { status: 'granted', credits: 125 },
  'purchase-returning': { status: 'returned', reason: 'subscription-ended' },
  'reconciliation-pending': { status: 'done', upkeep: { cyclesGranted: 1 } },
  'settings-pending': { ok: true, value: { limits: { dailyCreditsMax: 10 } } },
  // It has bought, or found the top-up turned off if reconciliation made it look again.
  'top-up-declined': { status: expect.stringMatching(/^(bought|none)$/) },
};

describe.each(baselines())('what %s left behind', (version) => {
  const open = openWorkflowsOf(version);
  let holdfast: Holdfast;

  beforeEach(async () => {
    // The workflow ids of a baseline are always the same.
    const namespace = await newNamespace('baseline');
    const database = await restoreMigrated(version);
    // As the runbook says for a replaced Temporal.
    await ask(database, 'DELETE FROM holdfast.temporal_identity');
    holdfast = await openHoldfast({ database, namespace });
    for (const charge of open.flatMap(chargesOf)) {
      await holdfast.payments.charge(charge);
      await holdfast.payments.settle(charge.idempotencyKey);
    }
  });
  afterEach(() => holdfast.close());

  test('is finished by the present worker, each open workflow from where it was', async () => {
    const { client, ledger, temporal } = holdfast;
    await registerSearchAttributes(temporal.connection, temporal.namespace);
    // Its threshold is above its pack's credits, which only earlier versions took.
    await ledger.deduct('topper', 'spent', { credits: 150, reason: 'spent', by: 'test' });
    const taken = await reenact(temporal, open, { openTimerMs: 10_000 });
    await startLater(holdfast);
    await giveCredits(holdfast, 'dreamer', 10);
    await client.subscriptions.endNow({
      accountId: 'subscriber',
      subscriptionId: 's-1',
      key: 'end',
    });
    // The card is declined again. The next attempt would be in six hours.
    await eventually(
      async () => (await ledger.purchase('topper', 'top-up-2'))?.status === 'declined',
    );
    await client.settings.setTopUp({ accountId: 'topper', key: 'off', topUp: null });
    const results: Record<string, unknown> = {};
    for (const { name, workflowId, runId } of taken) {
      results[name] = await temporal.client.workflow.getHandle(workflowId, runId).result();
    }
    expect(results).toMatchObject(ENDS);
    await expectNothingLeft(holdfast);
    expect((await ledger.subscription('leaver'))?.status).toBe('closed');
  });

  test('is finished from the ledger if the workflows are lost', async () => {
    const { client, ledger, temporal } = holdfast;
    await startLater(holdfast);
    const { workflow } = temporal.client;
    for (const name of ['generation-generating', 'generation-waiting']) {
      const { workflowId, workflowType, history } = open.find(
        (other) => other.name === name,
      ) as OpenWorkflow;
      const input = history.events?.[0]?.workflowExecutionStartedEventAttributes?.input;
      const args = (input?.payloads ?? []).map((payload) =>
        defaultPayloadConverter.fromPayload(payload),
      );
      await workflow.start(workflowType, { workflowId, taskQueue: temporal.taskQueue, args });
    }
    await giveCredits(holdfast, 'dreamer', 10);
    expect(await client.generations.result('studio', 'r-1')).toMatchObject({
      status: 'committed',
      charged: 2,
    });
    expect(await client.generations.result('dreamer', 'r-1')).toMatchObject({
      status: 'committed',
      charged: 10,
    });

    // A command to a subscription starts its workflow, which then sees that its time is over.
    const late = client.subscriptions.cancelAtPeriodEnd({
      accountId: 'leaver',
      subscriptionId: 's-1',
      key: 'late',
    });
    await expect(late).rejects.toMatchObject({ code: 'SUBSCRIPTION_LAPSED' });
    const lapsed = await workflow.getHandle('subscription/leaver/s-1').result();
    expect(lapsed).toMatchObject(ENDS['billing-cycle-lapsed'] as object);

    expect(await client.reconciliation.run()).toMatchObject({
      status: 'done',
      upkeep: { purchasesRestarted: 3 },
    });
    for (const [account, purchase, status] of [
      ['buyer', 'p-1', 'granted'],
      ['late-payer', 'p-1', 'returned'],
      ['lost-buyer', 'p-lost', 'voided'],
    ] as const) {
      expect(await client.purchases.result(account, purchase)).toMatchObject({ status });
    }
    await client.subscriptions.endNow({
      accountId: 'subscriber',
      subscriptionId: 's-1',
      key: 'end',
    });
    const ended = await workflow.getHandle('subscription/subscriber/s-1').result();
    expect(ended).toMatchObject(ENDS['billing-cycle-second-run'] as object);
    await client.settings.setTopUp({ accountId: 'topper', key: 'off', topUp: null });
    await expectNothingLeft(holdfast);
    expect(await ledger.notices.next('unreachable')).toBeNull();
  });

  /** Runs two passes, because a workflow that is missed twice counts as lost. */
  async function expectNothingLeft({ client, ledger }: Holdfast): Promise<void> {
    for (const _ of [1, 2])
      expect(await client.reconciliation.run()).toMatchObject({ status: 'done', unclear: 0 });
    const accounts = Object.keys(readingsOf(version));
    for (const accountId of accounts) {
      expect({ accountId, open: await ledger.openRequests(accountId) }).toEqual({
        accountId,
        open: [],
      });
      await eventually(async () => (await ledger.notices.next(accountId)) === null);
    }
    await eventually(
      async () => (await ledger.upkeep.unfinishedPurchases(FAR_LATER, null, PAGE)).length === 0,
    );
    const { now, open: held } = await ledger.holds.scope();
    expect(held).toBe(0);
    expect(await ledger.upkeep.dueCycles(now, null, PAGE)).toEqual([]);
    expect(await ledger.upkeep.dueExpiries(now, null, PAGE)).toEqual([]);
    expect(await ledger.upkeep.endedGrants(now, null, PAGE)).toEqual([]);
    await holdfast.expectSettled();
  }
});

/** Starts the present worker, with providers that answer, at a time when every window is over. */
async function startLater(holdfast: Holdfast): Promise<void> {
  await advanceClock(holdfast.database, HOURS_LATER_MS);
  const providers = { generationProvider: promptProvider(), notifier: { deliver: async () => {} } };
  await holdfast.startWorker({ reconcileIntervalSeconds: 0 }, providers);
}

/** A generation provider whose jobs succeed at once. */
function promptProvider(): GenerationProvider {
  const jobs = new Map<string, GenerationJob>();
  return {
    async submit(job) {
      jobs.set(job.idempotencyKey, job);
    },
    async state(key) {
      const job = jobs.get(key);
      if (job === undefined) return { state: 'unknown' };
      return {
        state: 'succeeded',
        outputUrl: `https://files.example/${key}`,
        durationMs: job.durationMs,
      };
    },
    async cancel() {},
  };
}

/** The charges that a workflow had sent to its payment provider. */
function chargesOf({ history }: OpenWorkflow): Charge[] {
  return (history.events ?? []).flatMap((event: HistoryEvent) => {
    const { activityType, input } = event.activityTaskScheduledEventAttributes ?? {};
    if (activityType?.name !== 'charge') return [];
    return (input?.payloads ?? []).map((payload) =>
      defaultPayloadConverter.fromPayload<Charge>(payload),
    );
  });
}

async function giveCredits(
  { ledger }: Holdfast,
  accountId: string,
  credits: number,
): Promise<void> {
  const given = {
    credits,
    source: 'promotion' as const,
    reason: 'now',
    by: 'test',
    expiresAt: '2027-06-01T00:00:00.000Z',
  };
  const outcome = await ledger.grant(accountId, 'now', given);
  if (!outcome.ok) throw new Error(outcome.refusal.message);
}
