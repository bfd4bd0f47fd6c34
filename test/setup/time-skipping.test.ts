import { WithStartWorkflowOperation } from '@temporalio/client';
import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker';
import type { Ledger } from '../../ledger/ledger';
import { describeTimeSkipping, openTimeSkipping } from '../support/time-skipping';
import {
  answeringWorkflow,
  askUpdate,
  type LedgerTimeActivities,
  type Moment,
  sleepingWorkflow,
} from './sleeping-workflows';

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;

function ledgerTimeActivities(ledger: Ledger): LedgerTimeActivities {
  return { ledgerTime: async () => Date.parse((await ledger.holds.scope()).now) };
}

/** How many days lie between the moments, if the ledger saw each of them when the workflow did. */
function daysBetween(moments: Moment[]): number[] {
  for (const { workflow, ledger } of moments) {
    expect(ledger).toBeGreaterThanOrEqual(workflow);
    expect(ledger).toBeLessThan(workflow + MINUTE_MS);
  }
  // Some milliseconds less than no day are rounded to a zero of their own, minus zero.
  return moments
    .slice(1)
    .map(({ ledger }, index) => Math.round((ledger - (moments[index]?.ledger ?? 0)) / DAY_MS) + 0);
}

describeTimeSkipping('a server whose time is skipped', () => {
  let workflowBundle: { code: string };
  beforeAll(async () => {
    workflowBundle = await bundleWorkflowCode({
      workflowsPath: require.resolve('./sleeping-workflows'),
      logger: new DefaultLogger('ERROR'),
    });
  });

  test('runs through 30 and 365 days of sleep within a test, and the ledger comes along', async () => {
    const { client, ledger, taskQueue, startWorker } = await openTimeSkipping();
    await startWorker({ workflowBundle, activities: ledgerTimeActivities(ledger) });
    const moments = await client.workflow.execute(sleepingWorkflow, {
      taskQueue,
      workflowId: 'sleeping',
    });
    expect(daysBetween(moments)).toEqual([30, 365]);
  });

  test('starts a workflow with an update, and skips no time while that is awaited', async () => {
    const { client, ledger, taskQueue, startWorker } = await openTimeSkipping();
    await startWorker({ workflowBundle, activities: ledgerTimeActivities(ledger) });
    const startWorkflowOperation = new WithStartWorkflowOperation(answeringWorkflow, {
      taskQueue,
      workflowId: 'answering',
      workflowIdConflictPolicy: 'USE_EXISTING',
    });
    const asked = await client.workflow.executeUpdateWithStart(askUpdate, {
      startWorkflowOperation,
    });
    const handle = await startWorkflowOperation.workflowHandle();
    const [begun, ended] = await handle.result();
    expect(daysBetween([begun, asked, ended].filter((moment) => moment !== undefined))).toEqual([
      0, 30,
    ]);
  });
});

describeTimeSkipping('the ledger of a server whose time is skipped', () => {
  test('goes by the skipped time, in its subscriptions as well', async () => {
    const { environment, ledger } = await openTimeSkipping();
    const expiresAt = new Date((await environment.currentTimeMs()) + 10 * DAY_MS).toISOString();
    const body = {
      credits: 150,
      source: 'promotion' as const,
      reason: 'Welcome',
      by: 'sam',
      expiresAt,
    };
    await ledger.grant('acme', 'welcome', body);
    expect(await ledger.balance('acme')).toMatchObject({ available: 150, pendingExpiry: 0 });

    await environment.sleep('30 days');
    expect(await ledger.balance('acme')).toMatchObject({ available: 0, pendingExpiry: 150 });
    expect(await ledger.expire('acme')).toMatchObject({ ok: true, value: { expired: 150 } });

    const plan = { planId: 'lite-monthly', paymentReference: 'invoice-1' };
    const subscribed = await ledger.subscriptions.subscribe('acme', 'main', plan);
    expect(subscribed).toMatchObject({ ok: true, value: { granted: [{ credits: 150 }] } });
    await environment.sleep('32 days');
    expect(await ledger.subscription('acme')).toMatchObject({ status: 'lapsed' });
  });

  test('is another one in every test, on a server whose time is today', async () => {
    const { environment, ledger } = await openTimeSkipping();
    expect(await ledger.history('acme')).toMatchObject({ entries: [] });
    expect(Math.abs((await environment.currentTimeMs()) - Date.now())).toBeLessThan(DAY_MS);
  });
});
