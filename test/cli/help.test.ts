import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { CommanderError } from 'commander';
import type { Run } from '../../cli/command';
import { createProgram } from '../../cli/program';
import { buildIdOf } from '../../config/build-id';
import { KNOWN_MIGRATIONS } from '../../ledger/migration/known-migrations';
import { builtFile } from '../setup/built-file';
import { holdfast, holdfastJson, jsonOf, start } from './command-line';

const never: Run = () => async () => {
  throw new Error('Help runs nothing.');
};

async function helpOf(...words: string[]): Promise<string> {
  let help = '';
  const program = createProgram(never, (piece) => {
    help += piece;
  });
  await expect(program.parseAsync([...words, '--help'], { from: 'user' })).rejects.toThrow(
    CommanderError,
  );
  return help;
}

const COMMANDS = createProgram(never, () => {}).commands.flatMap((command) => [
  [command.name()],
  ...command.commands.map((sub) => [command.name(), sub.name()]),
]);

test('help lists the commands, in the order of their headings', () => {
  expect(COMMANDS.map((names) => names.join(' '))).toEqual([
    ...['subscribe', 'subscription', 'renew', 'cancel', 'resume', 'change-plan'],
    ...['packs', 'buy', 'refund', 'dispute'],
    ...['quote', 'generate', 'show', 'find', 'waiting', 'cancel-generation'],
    ...['accounts', 'balance', 'history', 'usage', 'notices', 'grant', 'deduct', 'import'],
    ...['limits', 'low-balance', 'top-up', 'stop', 'admit', 'operator-limits'],
    ...['release', 'close-purchase', 'close-refund', 'end-now', 'dismiss-notice'],
    ...['forget-declines', 'erase'],
    ...['report', 'burn-rates'],
    ...['acts', 'stuck', 'events', 'events list', 'events show', 'events retry', 'events close'],
    ...['audit', 'checkpoint', 'prove', 'reconcile'],
    ...['restore', 'restore compare', 'restore redo', 'restore waive', 'restore open'],
    ...['doctor', 'replay'],
    ...['setup', 'migrate'],
    ...['catalog', 'catalog show', 'catalog diff', 'catalog apply', 'token', 'completion'],
  ]);
});

test.each([[], ...COMMANDS].map((words) => [words.join(' '), words]))(
  '`holdfast %s --help` has examples, and takes --json',
  async (_name, words) => {
    const help = await helpOf(...words);
    expect(help).toMatch(/\nExamples:\n {2}(\w+=\S+ )*holdfast /);
    expect(help).toContain('--json');
  },
);

test('the version names the package, the build that its workers have, and the newest migration', async () => {
  const { code, json } = jsonOf(await start({}, ['--version', '--json']).ended);
  const { version } = require('../../package.json');
  const schema = KNOWN_MIGRATIONS.at(-1);
  const build = buildIdOf(builtFile('workflow-bundle.js'));
  expect({ code, json }).toEqual({ code: 0, json: { version, build, schema } });
  const { stdout } = await start({}, ['-V']).ended;
  expect(stdout).toBe(`holdfast ${version}\nbuild    ${build}\nschema   ${schema}\n`);
});

test('help goes to stdout; with --json it is one document', async () => {
  const { code, stdout } = await holdfast({}, '--help');
  expect(code).toBe(0);
  expect(stdout).toMatch(/^Usage: holdfast .*Exit codes: 0 done.*Examples:/s);
  expect(await holdfastJson({}, 'balance', '--help')).toEqual({
    code: 0,
    json: { help: expect.stringMatching(/^Usage: holdfast balance.*Examples:/s) },
  });
});

test.each(['worker', 'web', 'codec-server'])(
  '`holdfast %s` is a process without options',
  (name) => {
    const run = (...words: string[]) => {
      const args = [join(__dirname, '../../bin/holdfast.js'), name, ...words];
      return spawnSync(process.execPath, args, {
        encoding: 'utf8',
        env: { PATH: process.env.PATH },
      });
    };
    const help = run('--help');
    expect({ status: help.status, stdout: help.stdout }).toEqual({
      status: 0,
      stdout: expect.stringContaining('environment'),
    });
    expect(run('--port', '1').status).toBe(2);
  },
);
