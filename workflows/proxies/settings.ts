import { proxyActivities } from '@temporalio/workflow';
import type { SettingsActivities } from '../../activities/settings';

export type { ChangedSettings } from '../../activities/settings';

export const { changeSettings } = proxyActivities<SettingsActivities>({ startToCloseTimeout: '15s' });
