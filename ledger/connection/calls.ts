import type { Outcome } from '../../contract/outcome';

/** How the ledger calls its SQL functions: `operate` where they refuse, `call` for one value, `page` for several. */
export interface LedgerCalls {
  operate<T>(name: string, values: unknown[]): Promise<Outcome<T>>;
  call<T>(name: string, values: unknown[]): Promise<T>;
  page<T>(name: string, values: unknown[]): Promise<T[]>;
}
