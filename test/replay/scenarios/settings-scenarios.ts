import type { Holdfast } from '../../workflows/harness';
import { ACCOUNT, type Scenario } from './scenario';

const TOO_LOW = { packId: 'pack-125', belowCredits: 20, monthlyCapCents: 1 };

export const SETTINGS_SCENARIOS: Scenario[] = [
  { name: 'settings.limits', run: limit },
  { name: 'settings.stopped-for-all', run: stopAll },
  { name: 'settings.refused', run: refuseLowCap },
];

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
