export { generationWorkflow } from './generation/generation';
export { grantWorkflow } from './grant';
export { type NoticesInput, noticesWorkflow } from './notice/notices';
export { purchaseWorkflow } from './purchase/purchase';
export { type ReconciliationReport, reconciliationWorkflow } from './reconciliation/reconciliation';
export { type SettingsOutcome, settingsWorkflow } from './settings/settings';
export { billingCycleWorkflow } from './subscription/billing-cycle';
export { expiryWorkflow } from './subscription/expiry';
export { type TopUpInput, type TopUpResult, topUpWorkflow } from './top-up/top-up';
