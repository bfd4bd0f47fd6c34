import type { Holdfast } from '../../workflows/harness';
import { ACCOUNT, recordedAs } from './scenario';

const TOO_LOW = { packId: 'pack-125', belowCredits: 20, monthlyCapCents: 1 };

export const SETTINGS_SCENARIOS = recordedAs('v2', [
  { name: 'settings.limits', version: 'v3', run: limit },
  { name: 'settings.stopped-for-all', version: 'v3', run: stopAll },
  { name: 'settings.refused', version: 'v3', run: refuseLowCap },
  { name: 'settings.superseded', run: limitTooLate },
]);

async function limit(holdfast: Holdfast): Promise<string> {
  await holdfast.startWorker();
  await holdfast.client.settings.setLimits({ accountId: ACCOUNT, key: 'k', dailyCreditsMax: 500 });
  return `settings/${ACCOUNT}/k`;
}

/** All recordings on this server share its workflow id. */
async function stopAll(holdfast: Holdfast): Promise<string> {
  await holdfast.startWorker();
  await holdfast.client.settings.stop({
    accountId: null,
    kind: null,
    reason: 'replay',
    by: 'test',
    key: 'replay',
  });
  return 'settings/-/replay';
}

async function refuseLowCap(holdfast: Holdfast): Promise<string> {
  await holdfast.startWorker();
  const request = { accountId: ACCOUNT, key: 'too-low', topUp: TOO_LOW };
  await holdfast.client.settings.setTopUp(request).catch(() => undefined);
  return `settings/${ACCOUNT}/too-low`;
}

/** The workflow begins, the same limit is set directly, and then there is a worker. */
async function limitTooLate(holdfast: Holdfast): Promise<string> {
  const workflowId = `settings/${ACCOUNT}/late`;
  const change = { accountId: ACCOUNT, key: 'late', dailyCreditsMax: 1 };
  const { client, taskQueue } = holdfast.temporal;
  const handle = await client.workflow.start('settingsWorkflow', {
    workflowId,
    taskQueue,
    args: [{ setting: 'limits', ...change }],
  });
  await holdfast.ledger.settings.setLimits({ ...change, key: 'direct', dailyCreditsMax: 2 });
  await holdfast.startWorker();
  await handle.result();
  return workflowId;
}
