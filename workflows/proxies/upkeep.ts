import { proxyActivities } from '@temporalio/workflow';
import type { UpkeepActivities } from '../../activities/upkeep';

export type { UpkeepInput, UpkeepPage } from '../../activities/upkeep';

export const upkeep = proxyActivities<UpkeepActivities>({
  startToCloseTimeout: '5m',
  heartbeatTimeout: '30s',
  retry: { maximumAttempts: 3 },
});
