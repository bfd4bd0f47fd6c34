import type { Command } from 'commander';

/** An operator's word on what is ended by hand. */
export interface ReasonAndNameOptions {
  reason: string;
  by: string;
  yes?: true;
}

export function takesReasonAndName(command: Command): Command {
  return command
    .requiredOption('--reason <text>', 'why; it is kept')
    .requiredOption('--by <name>', 'who ends it; it is kept')
    .option('--yes', 'don’t ask');
}
