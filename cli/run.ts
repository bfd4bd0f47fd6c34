import { CommanderError } from 'commander';
import type { Run } from './action';
import { loadCliConfig } from './config';
import { Connections } from './connections';
import type { ExitCode } from './exit-codes';
import { createProgram } from './program';
import { Screen } from './terminal/screen';
import type { Terminal } from './terminal/terminal';

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
  const screen = new Screen(asksForJson(words), terminal);
  const helpPieces: string[] = [];
  let connections: Connections | undefined;
  const run: Run =
    (action) =>
    async (...args) => {
      connections = new Connections(loadCliConfig(env, folder));
      screen.answer(await action({ connections, screen }, ...args));
    };
  try {
    const program = createProgram(run, (piece) => helpPieces.push(piece));
    await program.parseAsync(words, { from: 'user' });
  } catch (error) {
    const isHelp = error instanceof CommanderError && error.exitCode === 0;
    if (isHelp) screen.help(helpPieces);
    else screen.fail(error);
  } finally {
    await connections?.close();
  }
  return screen.exitCode;
}
