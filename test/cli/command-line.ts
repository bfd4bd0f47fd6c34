import { spawn } from 'node:child_process';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Holdfast } from '../workflows/harness';

/** What `npm test` has built just before: the program itself is tested, not its modules. */
const PROGRAM = path.join(__dirname, '..', '..', 'dist', 'cli', 'main.js');

export interface Ended {
  code: number | null;
  stdout: string;
  stderr: string;
}

export interface Started {
  ended: Promise<Ended>;
  interrupt(): void;
  /** Resolves as soon as stderr has said this. */
  says(text: string): Promise<void>;
}

type Variables = Record<string, string>;

/** The environment in which the command line finds this test's servers. */
export function variablesOf({ database, temporal }: Holdfast): Variables {
  return {
    DATABASE_URL: database.ledgerUrl,
    HOLDFAST_MIGRATION_DATABASE_URL: database.ownerUrl,
    TEMPORAL_ADDRESS: temporal.address,
    TEMPORAL_NAMESPACE: temporal.namespace,
    HOLDFAST_TASK_QUEUE: temporal.taskQueue,
  };
}

/** A process of its own, in a folder without a development stack. */
export function start(variables: Variables, words: string[]): Started {
  const { PATH = '' } = process.env;
  const child = spawn(process.execPath, [PROGRAM, ...words], { cwd: tmpdir(), env: { PATH, ...variables } });
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
    says: (text) =>
      new Promise((resolve) => {
        const look = () => {
          if (output.stderr.includes(text)) resolve();
        };
        child.stderr.on('data', look);
        look();
      }),
  };
}

export function holdfast(variables: Variables, ...words: string[]): Promise<Ended> {
  return start(variables, words).ended;
}

/** With `--json`; stdout must be one JSON document on one line, and nothing else. */
export async function holdfastJson(
  variables: Variables,
  ...words: string[]
): Promise<{ code: number | null; json: unknown }> {
  const { code, stdout } = await holdfast(variables, ...words, '--json');
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
