export { generationWorkflow } from './generation';
export { reconciliationWorkflow } from './reconciliation';
