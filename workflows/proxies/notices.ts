import { proxyActivities, workflowInfo } from '@temporalio/workflow';
import type { NoticeActivities, SettleNoticeInput } from '../../activities/notices';
import type { Notice } from '../../contract/notice';
import type { Outcome } from '../../contract/outcome';
import { noticesTaskQueue } from '../messages';
import { untilAnswered } from './quick-then-patient';

export function nextNotice(accountId: string): Promise<Outcome<Notice | null>> {
  return untilAnswered((activities: NoticeActivities) => activities.nextNotice({ accountId }));
}

export function settleNotice(input: SettleNoticeInput): Promise<void> {
  return untilAnswered((activities: NoticeActivities) => activities.settleNotice(input));
}

/**
 * Again and again for three days, at first after a second, at last every hour.
 *
 * @throws ActivityFailure when it is given up
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
