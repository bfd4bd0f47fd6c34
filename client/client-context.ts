import { setTimeout as pause } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import { HoldfastError } from '../contract/errors';
import type { LedgerReader } from '../contract/ledger-reader';
import { isLostUpdate } from './errors';

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

const PAUSE_MS = 50;

/** Asks again where nobody has answered, until the deadline that the connection gives every question. */
export async function untilServed<T>(
  ask: () => Promise<T>,
  isUnserved: (error: unknown) => boolean = isLostUpdate,
): Promise<T> {
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      if (!isUnserved(error)) throw error;
      await pause(PAUSE_MS);
    }
  }
}
