export { generationWorkflow } from './generation';
export { grantWorkflow } from './grant';
export { reconciliationWorkflow } from './reconciliation';
