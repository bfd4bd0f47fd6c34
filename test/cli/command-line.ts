import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { runCommandLine } from '../../cli/run';
import { builtFile } from '../setup/built-file';
import type { Holdfast } from '../workflows/harness';

const PROGRAM = 'cli/main.js';

export interface Ended {
  code: number | null;
  stdout: string;
  stderr: string;
}

export interface Started {
  ended: Promise<Ended>;
  interrupt(): void;
  /** Writes this text to stdin, as if it were typed. */
  types(text: string): void;
  /**
   * Resolves as soon as the command has written this text to stdout or stderr; rejects if it ends
   * without it.
   */
  says(text: string): Promise<void>;
}

type Variables = Record<string, string>;

/** Settings by which things are soon stuck. */
export const BRIEF = {
  HOLDFAST_RECONCILE_INTERVAL_SECONDS: '1',
  HOLDFAST_RECONCILE_IDLE_SECONDS: '1',
};

/** The environment in which the command line finds this test's servers. */
export function variablesOf({ database, temporal }: Holdfast): Variables {
  return {
    DATABASE_URL: database.operatorUrl,
    HOLDFAST_MIGRATION_DATABASE_URL: database.ownerUrl,
    TEMPORAL_ADDRESS: temporal.address,
    TEMPORAL_NAMESPACE: temporal.namespace,
    HOLDFAST_TASK_QUEUE: temporal.taskQueue,
  };
}

/** A process of its own, in a folder without a development stack. */
export function start(variables: Variables, words: string[]): Started {
  return follow(spawn(process.execPath, [builtFile(PROGRAM), ...words], surroundings(variables)));
}

/**
 * One process that runs all of these commands at the same time, and ends by itself once nothing of
 * any of them is left: a process for each would cost half a second of computing.
 */
export async function startTogether(variables: Variables, commands: string[][]): Promise<Ended[]> {
  const program = join(__dirname, 'commands-together.js');
  const words = [program, builtFile('cli/run.js'), JSON.stringify(commands)];
  const { code, stdout, stderr } = await follow(
    spawn(process.execPath, words, surroundings(variables)),
  ).ended;
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return JSON.parse(stdout);
}

/**
 * As `start`, on a pseudo-terminal, where questions are asked. Its stdout has everything that the
 * terminal shows.
 */
export function startOnTerminal(variables: Variables, words: string[]): Started {
  const command = [process.execPath, builtFile(PROGRAM), ...words];
  const quoted = command.map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(' ');
  // util-linux's `script` takes other options than that of the BSDs and macOS.
  const options =
    process.platform === 'linux' ? ['-qefc', quoted, '/dev/null'] : ['-q', '/dev/null', ...command];
  return follow(spawn('script', options, surroundings(variables)));
}

function surroundings(variables: Variables) {
  const { PATH = '' } = process.env;
  return { cwd: tmpdir(), env: { PATH, ...variables } };
}

function follow(child: ChildProcessWithoutNullStreams): Started {
  const output = { stdout: '', stderr: '' };
  child.stdout.on('data', (chunk) => {
    output.stdout += chunk;
  });
  child.stderr.on('data', (chunk) => {
    output.stderr += chunk;
  });
  return {
    ended: new Promise((resolve, reject) => {
      child.on('error', reject);
      child.on('close', (code) => resolve({ code, ...output }));
    }),
    interrupt: () => child.kill('SIGINT'),
    types: (text) => child.stdin.write(text),
    says: (text) =>
      new Promise((resolve, reject) => {
        const look = () => {
          if ((output.stdout + output.stderr).includes(text)) resolve();
        };
        for (const stream of [child.stdout, child.stderr]) stream.on('data', look);
        child.once('close', () =>
          reject(new Error(`It ended without “${text}”: ${output.stdout}${output.stderr}`)),
        );
        look();
      }),
  };
}

/** Runs a command in this process, which is faster than a process of its own. */
export async function holdfast(variables: Variables, ...words: string[]): Promise<Ended> {
  const terminal = {
    stdin: new PassThrough(),
    stdout: new PassThrough(),
    stderr: new PassThrough(),
  };
  const written = Promise.all([text(terminal.stdout), text(terminal.stderr)]);
  const code = await runCommandLine(words, variables, tmpdir(), terminal);
  for (const stream of [terminal.stdout, terminal.stderr]) stream.end();
  const [stdout, stderr] = await written;
  return { code, stdout, stderr };
}

/** With `--json`; stdout must be one JSON document on one line, and nothing else. */
export async function holdfastJson(
  variables: Variables,
  ...words: string[]
): Promise<{ code: number | null; json: unknown }> {
  return jsonOf(await holdfast(variables, ...words, '--json'));
}

export function jsonOf({ code, stdout }: Ended): { code: number | null; json: unknown } {
  return { code, json: onlyDocument(stdout) };
}

export function onlyDocument(stdout: string): unknown {
  expect(stdout.endsWith('\n')).toBe(true);
  expect(stdout.trimEnd().split('\n')).toHaveLength(1);
  return JSON.parse(stdout);
}

export function errorOf(code: string, details: object = {}) {
  return { error: { code, message: expect.any(String), ...details } };
}

/** Balances and journals, without the time of the read, so that they can be compared. */
export function booksOf({ ledger }: Holdfast, accountIds: string[]): Promise<unknown[]> {
  const balance = async (id: string) => ({ ...(await ledger.balance(id)), at: undefined });
  return Promise.all(
    accountIds.flatMap((id): Promise<unknown>[] => [balance(id), ledger.history(id)]),
  );
}
