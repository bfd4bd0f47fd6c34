import { COMMAND_WITHIN_SECONDS, type Command } from '../contract/command';
import type { LedgerClock } from './connection/ledger-clock';

/**
 * How a workflow's command was ordered. `claimedIdentity`: who started the workflow, as that client
 * says.
 */
export interface OrderedByTemporal {
  command?: Command;
  claimedIdentity?: string;
}

/** When a command was asked for, and until when it may take effect, as SQL takes it. */
export interface CommandTimes {
  /** By the server's clock. */
  askedAt: string;
  /** The same moment by Temporal's clock. */
  temporalAt: string;
  /** By the server's clock. */
  notAfter: string;
}

/**
 * A duration is what two clocks agree on: Temporal says how old the command is, and the server's
 * clock what that makes. Undefined for a call that is asked for as it is made.
 */
export async function timesOf(
  clock: LedgerClock,
  command: Command | undefined,
): Promise<CommandTimes | undefined> {
  if (command === undefined) return undefined;
  const leftMs = COMMAND_WITHIN_SECONDS * 1000 - command.ageMs();
  const notAfter = await clock.notAfter(leftMs);
  return { askedAt: await clock.ago(command.ageMs()), temporalAt: command.askedAt, notAfter };
}
