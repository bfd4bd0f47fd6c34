import { proxyActivities } from '@temporalio/workflow';
import type { UpkeepActivities } from '../../activities/upkeep-activities';

export type { UpkeepInput, UpkeepPage } from '../../activities/upkeep-activities';

export const upkeep = proxyActivities<UpkeepActivities>({
  startToCloseTimeout: '5m',
  heartbeatTimeout: '30s',
  retry: { maximumAttempts: 3 },
});
