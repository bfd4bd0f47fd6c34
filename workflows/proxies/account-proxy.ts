import { proxyActivities, workflowInfo } from '@temporalio/workflow';
import type { Notice } from '../../contract/notice';
import { noticesTaskQueue } from '../messages';
import { untilAnswered } from './quick-then-patient';
import { NOTICES, SETTINGS, TOP_UP } from './summaries';
import { withSummaries } from './with-summaries';

export type { ChangedSettings } from '../../contract/settings';

export const { nextNotice, settleNotice } = untilAnswered(NOTICES);

/**
 * Delivers a notice. It is retried for three days, first after a second, at last every hour.
 *
 * @throws ActivityFailure if the notice is given up
 */
export function deliverNotice(notice: Notice): Promise<void> {
  const notices = withSummaries(NOTICES, (summary) =>
    proxyActivities({
      taskQueue: noticesTaskQueue(workflowInfo().taskQueue),
      summary,
      startToCloseTimeout: '30s',
      scheduleToCloseTimeout: '3 days',
      retry: { initialInterval: '1s', backoffCoefficient: 2, maximumInterval: '1h' },
    }),
  );
  return notices.deliverNotice(notice);
}

export const { changeSettings } = withSummaries(SETTINGS, (summary) =>
  proxyActivities({ startToCloseTimeout: '15s', summary }),
);

export const { beginTopUp } = untilAnswered(TOP_UP);
