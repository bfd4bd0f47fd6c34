import { setTimeout as pause } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import { HoldfastError } from '../contract/errors';
import type { LedgerReader } from '../contract/ledger-reader';
import type { ProvenCommand } from '../contract/proof';
import { commandHashOf } from '../domain/command-hash';
import type { SearchedBy } from '../workflows/search-attributes';
import { isLostUpdate } from './errors';
import type { LedgerCheck } from './ledger-check';

/**
 * The servers of a client: Temporal for commands, the ledger's reader for reads; without a reader
 * it can't read.
 */
export interface ClientContext {
  temporal: Client;
  taskQueue: string;
  searchedBy: SearchedBy;
  ledger: LedgerReader | undefined;
  /** Required before Temporal is asked about work: there it may be another ledger's. */
  ledgerCheck: LedgerCheck;
  /** How many running generations an account may cancel per hour where that costs nothing. */
  cancelsPerHourMax: number;
  /** Signs the commands that add credits. */
  proof: ProofOf | undefined;
}

/** A command that is to be proven: what is asked for, with all ids and keys, and the hash of it. */
export interface CommandToProve {
  command: ProvenCommand;
  request: object;
  /** The proof's claim `holdfast_command`. */
  commandHash: string;
}

/** Makes the proof of a command: a signed token of the type `holdfast-command+jwt`. */
export type ProofOf = (command: CommandToProve) => string | Promise<string>;

/**
 * The proof of a command, as a further argument: the given one, or else the client's; none if the
 * client makes none.
 *
 * @throws HoldfastError INTERNAL if the product's `proof` throws another error; nothing was sent
 */
export async function proofOf(
  { proof }: ClientContext,
  command: ProvenCommand,
  request: object,
  given?: string,
): Promise<[proof?: string]> {
  if (given !== undefined) return [given];
  if (proof === undefined) return [];
  try {
    return [await proof({ command, request, commandHash: commandHashOf(command, request) })];
  } catch (error) {
    if (error instanceof HoldfastError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    const message = `The command could not be proven: ${reason}. Nothing was sent.`;
    throw new HoldfastError('INTERNAL', message, {}, { cause: error });
  }
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
