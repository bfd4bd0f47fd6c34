export { generationWorkflow } from './generation/generation';
export { grantWorkflow } from './grant';
export { type NoticesInput, noticesWorkflow } from './notice/notices';
export { purchaseWorkflow } from './purchase/purchase';
export { type ReconciliationReport, reconciliationWorkflow } from './reconciliation/reconciliation';
export { type BillingCycleInput, type BillingCycleResult, billingCycleWorkflow } from './subscription/billing-cycle';
export { type ExpiryResult, expiryWorkflow } from './subscription/expiry';
