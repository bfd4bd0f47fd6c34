import { CommanderError } from 'commander';
import { published } from '../contract/parse';
import { loadCliConfig } from './cli-config';
import type { Run } from './command';
import { Connections } from './connections';
import type { ExitCode } from './errors';
import { createProgram } from './program';
import type { Terminal } from './terminal/screen';
import { Screen } from './terminal/screen';

/** Known before anything is parsed, because what can't be parsed is answered as JSON too. */
function asksForJson(words: string[]): boolean {
  const end = words.indexOf('--');
  return words.slice(0, end === -1 ? undefined : end).includes('--json');
}

/** One command from its words to its exit code. */
export async function runCommandLine(
  words: string[],
  env: NodeJS.ProcessEnv,
  folder: string,
  terminal: Terminal,
): Promise<ExitCode> {
  let connections: Connections | undefined;
  try {
    return await runWith(
      () => {
        connections = new Connections(loadCliConfig(env, folder));
        return connections;
      },
      words,
      terminal,
    );
  } finally {
    await connections?.close();
  }
}

/** The same on connections that are made when a command needs them. */
export async function runWith(
  connect: () => Connections,
  words: string[],
  terminal: Terminal,
): Promise<ExitCode> {
  const screen = new Screen(asksForJson(words), terminal);
  const helpPieces: string[] = [];
  const run: Run =
    (printed, action) =>
    async (...args) => {
      const answer = await action({ connections: connect(), screen }, ...args);
      screen.answer({ ...answer, json: published(printed, answer.json) });
    };
  try {
    const program = createProgram(run, (piece) => helpPieces.push(piece));
    await program.parseAsync(words, { from: 'user' });
  } catch (error) {
    const isHelp = error instanceof CommanderError && error.exitCode === 0;
    if (isHelp) screen.help(helpPieces);
    else screen.fail(error);
  }
  return screen.exitCode;
}
