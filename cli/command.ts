import type { Command } from 'commander';
import type { z } from 'zod';
import type { Connections } from './connections';
import type { Answer, Screen } from './terminal/screen';

/** Adds a command to `holdfast --help`, with `--json` and its examples. */
export function addCommand(
  program: Command,
  name: string,
  description: string,
  examples: string[],
): Command {
  return withExamples(program.command(name).description(description), examples);
}

/** Gives a command `--json` and its examples, and lets it refuse surplus arguments. */
export function withExamples(command: Command, examples: string[]): Command {
  const lines = examples.map((example) => `  ${example}`).join('\n');
  return command
    .option('--json', 'print one JSON document on stdout')
    .allowExcessArguments(false)
    .addHelpText('after', `\nExamples:\n${lines}`);
}

/**
 * What a command does: it takes the connections, the screen and its arguments, and returns what is
 * printed.
 */
export type Action<Printed extends z.ZodType, Args extends unknown[]> = (
  tools: { connections: Connections; screen: Screen },
  ...args: Args
) => Promise<Answer<z.input<Printed>>>;

/**
 * Makes of a command's action the function that commander calls. `printed` gives the keys of its
 * JSON, and their order.
 */
export type Run = <Printed extends z.ZodType, Args extends unknown[]>(
  printed: Printed,
  action: Action<Printed, Args>,
) => (...args: Args) => Promise<void>;
