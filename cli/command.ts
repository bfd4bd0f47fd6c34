import type { Command } from 'commander';
import type { z } from 'zod';
import type { Connections } from './connections';
import type { Answer, Screen } from './terminal/screen';

/** A command of its own line in `holdfast --help`, with `--json` and its examples like every other. */
export function addCommand(
  program: Command,
  name: string,
  description: string,
  examples: string[],
): Command {
  return withExamples(program.command(name).description(description), examples);
}

export function withExamples(command: Command, examples: string[]): Command {
  const lines = examples.map((example) => `  ${example}`).join('\n');
  return command
    .option('--json', 'print one JSON document on stdout')
    .allowExcessArguments(false)
    .addHelpText('after', `\nExamples:\n${lines}`);
}

/** What a command does with its arguments: it asks, and answers. */
export type Action<Printed extends z.ZodType, Args extends unknown[]> = (
  tools: { connections: Connections; screen: Screen },
  ...args: Args
) => Promise<Answer<z.input<Printed>>>;

/** Turns a command's action into what commander calls. `printed` is the shape of its JSON: its keys, and their order. */
export type Run = <Printed extends z.ZodType, Args extends unknown[]>(
  printed: Printed,
  action: Action<Printed, Args>,
) => (...args: Args) => Promise<void>;
