import type { Command } from 'commander';

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
