export { generationWorkflow } from './generation';
export { grantWorkflow } from './grant';
export { type ReconciliationReport, reconciliationWorkflow } from './reconciliation';
