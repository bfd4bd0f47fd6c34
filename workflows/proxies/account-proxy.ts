import { proxyActivities, workflowInfo } from '@temporalio/workflow';
import type { NoticeActivities } from '../../activities/notice-activities';
import type { SettingsActivities } from '../../activities/settings-activities';
import type { TopUpActivities } from '../../activities/top-up-activities';
import type { Notice } from '../../contract/notice';
import { noticesTaskQueue } from '../messages';
import { untilAnswered } from './quick-then-patient';

export type { ChangedSettings } from '../../contract/settings';

export const { nextNotice, settleNotice } = untilAnswered<NoticeActivities>();

/**
 * Delivers a notice. It is retried for three days, first after a second, at last every hour.
 *
 * @throws ActivityFailure if the notice is given up
 */
export function deliverNotice(notice: Notice): Promise<void> {
  const notices = proxyActivities<NoticeActivities>({
    taskQueue: noticesTaskQueue(workflowInfo().taskQueue),
    summary: `notice ${notice.noticeId}: ${notice.type}`,
    startToCloseTimeout: '30s',
    scheduleToCloseTimeout: '3 days',
    retry: { initialInterval: '1s', backoffCoefficient: 2, maximumInterval: '1h' },
  });
  return notices.deliverNotice(notice);
}

export const { changeSettings } = proxyActivities<SettingsActivities>({
  startToCloseTimeout: '15s',
});

export const { beginTopUp } = untilAnswered<TopUpActivities>();
