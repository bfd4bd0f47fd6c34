import { BAD_INPUT } from './error-codes/bad-input';
import { OUT_OF_ORDER } from './error-codes/out-of-order';
import { REFUSED } from './error-codes/refused';
import { PRICE_CODES } from './priced-values';

export type { ErrorClass } from './error-codes/definition';

/**
 * The one catalogue of error codes. A code is a contract: it is never renamed, and a retired code
 * is never used again.
 */
export const ERROR_CATALOGUE = { ...BAD_INPUT, ...PRICE_CODES, ...REFUSED, ...OUT_OF_ORDER };

export type ErrorCode = keyof typeof ERROR_CATALOGUE;
