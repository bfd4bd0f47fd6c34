export { generationWorkflow } from './generation/generation';
export { grantWorkflow } from './grant';
export { type ReconciliationReport, reconciliationWorkflow } from './reconciliation';
