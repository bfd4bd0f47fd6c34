import { setTimeout as pause } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import { HoldfastError } from '../contract/errors';
import type { LedgerReader } from '../contract/ledger-reader';
import { isLostUpdate } from './errors';
import type { LedgerCheck } from './ledger-check';

/**
 * The servers of a client: Temporal for commands, the ledger's reader for reads; without a reader
 * it can't read.
 */
export interface ClientContext {
  temporal: Client;
  taskQueue: string;
  ledger: LedgerReader | undefined;
  /** Required before Temporal is asked about work: there it may be another ledger's. */
  ledgerCheck: LedgerCheck;
  /** How many running generations an account may cancel per hour where that costs nothing. */
  cancelsPerHourMax: number;
}

/**
 * The ledger's reader.
 *
 * @throws HoldfastError INVALID_ARGUMENT if the client was created without a ledger
 */
export function readerOf({ ledger }: Pick<ClientContext, 'ledger'>): LedgerReader {
  if (ledger) return ledger;
  throw new HoldfastError(
    'INVALID_ARGUMENT',
    'This client was created without a ledger, and reads need one.',
  );
}

const PAUSE_MS = 50;

/**
 * Repeats a call whose update was lost, 50 ms apart. The call runs under a deadline of the
 * connection, whose error ends the repetition.
 */
export async function repeatWhileLost<T>(
  ask: () => Promise<T>,
  isLost: (error: unknown) => boolean = isLostUpdate,
): Promise<T> {
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      if (!isLost(error)) throw error;
      await pause(PAUSE_MS);
    }
  }
}
