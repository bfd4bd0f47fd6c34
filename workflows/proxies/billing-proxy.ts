import { proxyActivities } from '@temporalio/workflow';
import { BILLING } from './summaries';
import { withSummaries } from './with-summaries';

/** Retried without limit: what was told is money. */
export const { applyBillingEvent } = withSummaries(BILLING, (summary) =>
  proxyActivities({
    startToCloseTimeout: '30s',
    retry: { initialInterval: '1s', backoffCoefficient: 2, maximumInterval: '30s' },
    summary,
  }),
);
