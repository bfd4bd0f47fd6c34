import { proxyActivities } from '@temporalio/workflow';
import type { SettingsActivities } from '../../activities/settings-activities';

export type { ChangedSettings } from '../../contract/settings';

export const { changeSettings } = proxyActivities<SettingsActivities>({
  startToCloseTimeout: '15s',
});
