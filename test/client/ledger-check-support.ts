export const ACME = 'acme';
export const FOREIGN = { name: 'HoldfastError', code: 'LEDGER_MISMATCH' };
export const GENERATION = { accountId: ACME, requestId: 'r', kind: 'text-to-image' };
