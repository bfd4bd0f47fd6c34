import type { Client } from '@temporalio/client';
import { HoldfastError } from '../contract/errors';
import type { LedgerReader } from '../contract/ledger-reader';

/** How far a client reaches: commands through Temporal, reads through the ledger's reader where there is one. */
export interface ClientContext {
  temporal: Client;
  taskQueue: string;
  ledger: LedgerReader | undefined;
}

/** @throws HoldfastError INVALID_ARGUMENT where the client was created without a ledger */
export function readerOf({ ledger }: Pick<ClientContext, 'ledger'>): LedgerReader {
  if (ledger) return ledger;
  throw new HoldfastError(
    'INVALID_ARGUMENT',
    'This client was created without a ledger, and reads need one.',
  );
}
