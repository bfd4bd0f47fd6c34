import { CommanderError } from 'commander';
import { loadCliConfig } from './config';
import { Connections } from './connections';
import { createProgram, type Run } from './program';
import { Screen } from './screen';

/** Known before anything is parsed, because what can't be parsed is answered as JSON too. */
function asksForJson(words: string[]): boolean {
  const end = words.indexOf('--');
  return words.slice(0, end === -1 ? undefined : end).includes('--json');
}

async function main(words: string[]): Promise<void> {
  const screen = new Screen(asksForJson(words));
  const helpPieces: string[] = [];
  let connections: Connections | undefined;
  const run: Run =
    (action) =>
    async (...args) => {
      connections = new Connections(loadCliConfig(process.env, process.cwd()));
      screen.answer(await action({ connections, screen }, ...args));
    };
  try {
    const program = createProgram(run, (piece) => helpPieces.push(piece));
    if (words.every((word) => word === '--json')) program.error('a command is missing');
    await program.parseAsync(words, { from: 'user' });
  } catch (error) {
    const isHelp = error instanceof CommanderError && error.exitCode === 0;
    if (isHelp) screen.help(helpPieces);
    else screen.fail(error);
  } finally {
    await connections?.close();
  }
}

// A reader that has seen enough (`| head`) is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});

void main(process.argv.slice(2));
