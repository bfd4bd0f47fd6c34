import { CommanderError } from 'commander';
import { published } from '../contract/parse';
import { loadCliConfig } from './cli-config';
import type { Run } from './command';
import type { Connections } from './connections';
import { connectionsFor, type GlobalOptions } from './connections-for';
import type { ExitCode } from './errors';
import { createProgram } from './program';
import { Screen, type Terminal } from './terminal/screen';
import { versionAnswer } from './version';

/** Decided before parsing, because a parse error is answered as JSON too. */
function asksForJson(words: string[]): boolean {
  const end = words.indexOf('--');
  return words.slice(0, end === -1 ? undefined : end).includes('--json');
}

/** Runs one command, from the words of its command line to its exit code. */
export async function runCommandLine(
  words: string[],
  env: NodeJS.ProcessEnv,
  folder: string,
  terminal: Terminal,
): Promise<ExitCode> {
  let connections: Connections | undefined;
  try {
    return await runWith(
      (given) => {
        connections = connectionsFor(given, loadCliConfig(env, folder));
        return connections;
      },
      words,
      terminal,
      env,
    );
  } finally {
    await connections?.close();
  }
}

/** As `runCommandLine`, on the connections that `connect` makes when the command needs them. */
export async function runWith(
  connect: (given: GlobalOptions) => Connections,
  words: string[],
  terminal: Terminal,
  env?: NodeJS.ProcessEnv,
): Promise<ExitCode> {
  const screen = new Screen(asksForJson(words), terminal, env);
  const helpPieces: string[] = [];
  const run: Run =
    (printed, action) =>
    async (...args) => {
      const connections = connect(program.opts<GlobalOptions>());
      const answer = await action({ connections, screen }, ...args);
      screen.answer({ ...answer, json: published(printed, answer.json) });
    };
  const program = createProgram(run, (piece) => helpPieces.push(piece));
  try {
    await program.parseAsync(words, { from: 'user' });
  } catch (error) {
    const asked = error instanceof CommanderError && error.exitCode === 0 ? error.code : undefined;
    if (asked === 'commander.version') screen.answer(versionAnswer());
    else if (asked) screen.help(helpPieces);
    else screen.fail(error);
  }
  return screen.exitCode;
}
