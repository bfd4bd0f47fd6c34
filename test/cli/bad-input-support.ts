/** The required options of commands, with valid values. */
export const GRANT = ['--source', 'promotion', '--reason', 'Test', '--by', 'sam'];
export const IN_TIME = ['--expires-at', '2100-01-01T00:00:00Z'];
export const DEDUCT = ['--reason', 'Test', '--by', 'sam'];
export const PAID = ['--payment-reference', 'p'];
