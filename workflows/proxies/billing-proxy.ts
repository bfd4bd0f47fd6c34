import { proxyActivities } from '@temporalio/workflow';
import type { BillingActivities } from '../../activities/billing-activities';

/** Retried without limit: what was told is money. */
export const { applyBillingEvent } = proxyActivities<BillingActivities>({
  startToCloseTimeout: '30s',
  retry: { initialInterval: '1s', backoffCoefficient: 2, maximumInterval: '30s' },
});
