import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import fc from 'fast-check';
import { createProgram } from '../../../cli/program';
import { runWith } from '../../../cli/run';
import { Progress } from '../../../cli/terminal/progress';
import { Screen } from '../../../cli/terminal/screen';
import type { HoldfastClient } from '../../../client/client';
import { balance } from '../../../contract/balance';
import { requestRecord } from '../../../contract/generation';
import { history } from '../../../contract/history';
import { notices } from '../../../contract/notice';
import { published } from '../../../contract/parse';
import { packsOnSale } from '../../../contract/prices';
import { accountSettings } from '../../../contract/settings';
import { waitingQueue } from '../../../contract/waiting';
import { legible } from '../../../domain/legible';
import { FORGED, hostileText, UNSEEN } from '../../support/hostile';
import { type Answers, answers, failures, fakeConnections } from './fake-connections';

const BY = ['--reason', 'Because', '--by', 'sam'];
const PAID = ['--payment-reference', 'p'];

/** Every command that prints what comes from outside. */
const COMMANDS: string[][] = [
  ['balance', 'acme'],
  ['history', 'acme'],
  ['history', 'acme', '--csv'],
  ['usage', 'acme'],
  ['accounts'],
  ['find', 'r'],
  ['notices', 'acme'],
  ['grant', 'acme', '5', '--source', 'adjustment', ...BY],
  ['deduct', 'acme', '5', ...BY],
  ['refund', 'acme', 'p', '--told-by-provider', 're_1', '--amount-cents', '100', ...BY],
  ['dispute', 'acme', 'p', '--told-by-provider', 'dp_1', '--state', 'open', ...BY],
  ['refund', 'acme', 'p', '--order', 'o', '--amount-cents', '100', ...BY],
  ['quote', 'ai-avatar', '--seconds', '3', '--account', 'acme'],
  ['generate', 'acme', 'ai-avatar', '--seconds', '3'],
  ['show', 'acme', 'r'],
  ['waiting', 'acme'],
  ['waiting'],
  ['packs'],
  ['buy', 'acme', 'pack-125', '--shown-price-cents', '4900'],
  ['buy', 'acme', 'pack-125'],
  ['subscribe', 'acme', 'lite-monthly', ...PAID],
  ['subscription', 'acme'],
  ['renew', 'acme', ...PAID],
  ['cancel', 'acme'],
  ['cancel', 'acme', '--now'],
  ['cancel', 'acme', '--now', '--yes'],
  ['resume', 'acme'],
  ['change-plan', 'acme', 'lite-monthly', ...PAID],
  ['limits', 'acme'],
  ['limits', 'acme', '--daily', '5'],
  ['low-balance', 'acme', '--off'],
  ['top-up', 'acme', '--off'],
  ['stop', 'acme', ...BY],
  ['admit', 'acme', ...BY],
  ['operator-limits', 'acme'],
  ['operator-limits', 'acme', '--daily', '5', ...BY],
  ['forget-declines', 'acme', ...BY, '--yes'],
  ['erase', 'acme', ...BY, '--yes'],
  ['release', 'acme', 'r', ...BY, '--yes'],
  ['close-purchase', 'acme', 'p', '--as', 'voided', ...BY, '--yes'],
  ['close-refund', 'acme', 'o', ...BY, '--yes'],
  ['end-now', 'acme', 's', ...BY, '--yes'],
  ['dismiss-notice', 'acme', '1', ...BY, '--yes'],
  ['report', '--month', '2030-01'],
  ['burn-rates', '--month', '2030-01'],
  ['acts'],
  ['stuck'],
  ['events', 'list'],
  ['events', 'show', 'stripe', 'evt'],
  ['events', 'retry', 'stripe', 'evt', ...BY, '--yes'],
  ['events', 'close', 'stripe', 'evt', ...BY, '--yes'],
  ['audit'],
  ['reconcile'],
  ['restore', 'compare'],
  ['restore', 'redo', ...BY, '--yes'],
  ['restore', 'waive', 'acme', 'generation', 'r', ...BY, '--yes'],
  ['restore', 'open', ...BY, '--yes'],
  ['doctor'],
  ['replay'],
  ['catalog', 'show'],
];

const record = requestRecord.omit({ body: true });
const resultOf = (outcome: unknown) => (outcome as { value: unknown }).value;

/**
 * Commands that print nothing from the ledger or Temporal; `catalog diff` is tested on a real
 * ledger.
 */
const WITHOUT_ANSWERS = [
  'setup',
  'migrate',
  'checkpoint',
  'prove',
  'catalog diff',
  'catalog apply',
  'completion',
  'token',
  'cancel-generation',
  'import',
];

/**
 * Random texts, the same for all commands of a run, because making them takes longer than printing
 * them.
 */
const SAMPLES = fc.sample(answers, 15);
const FAILURES = fc.sample(failures, 10);

async function printedBy(
  found: Answers | Error,
  words: string[],
): Promise<{ stdout: string; stderr: string }> {
  const terminal = {
    stdin: new PassThrough(),
    stdout: new PassThrough(),
    stderr: new PassThrough(),
  };
  await runWith(() => fakeConnections(found), words, terminal);
  const [stdout, stderr] = await Promise.all([
    text(terminal.stdout.end()),
    text(terminal.stderr.end()),
  ]);
  return { stdout, stderr };
}

function expectLegible(printed: string): void {
  for (const line of printed.split('\n')) {
    expect(line).not.toMatch(UNSEEN);
    expect(line.trimStart().startsWith(FORGED)).toBe(false);
  }
}

test('every command that prints outside values is tested', () => {
  const run = () => async () => {};
  const all = createProgram(run, () => {}).commands.flatMap((command) =>
    command.commands.length === 0
      ? [command.name()]
      : command.commands.map((sub) => `${command.name()} ${sub.name()}`),
  );
  const tried = new Set(
    COMMANDS.map((words) => all.find((name) => words.join(' ').startsWith(name))),
  );
  expect([...tried, ...WITHOUT_ANSWERS].sort()).toEqual([...all].sort());
});

describe.each(COMMANDS.map((words) => [words.join(' '), words]))('holdfast %s', (_name, words) => {
  test('prints hostile text so that it is seen, and on its own line', async () => {
    let answered = 0;
    for (const found of SAMPLES) {
      const { stdout, stderr } = await printedBy(found, words);
      expect(stderr).not.toContain('is made up');
      if (stdout !== '') answered += 1;
      expectLegible(stdout);
      expectLegible(stderr);
    }
    const asks = words.join(' ') === 'buy acme pack-125' || words.at(-1) === '--now';
    expect(answered > 0 || asks).toBe(true);
  });

  test('prints hostile text in JSON so that it is seen, with the same meaning', async () => {
    for (const found of SAMPLES) {
      const { stdout, stderr } = await printedBy(found, [...words, '--json']);
      expectLegible(stderr);
      expect(stdout.trimEnd()).not.toMatch(UNSEEN);
      expect(() => JSON.parse(stdout)).not.toThrow();
    }
  });

  test('prints hostile text in errors so that it is seen', async () => {
    for (const failure of FAILURES) {
      const [inWords, asJson] = [
        await printedBy(failure, words),
        await printedBy(failure, [...words, '--json']),
      ];
      for (const printed of [inWords.stdout, inWords.stderr, asJson.stdout, asJson.stderr])
        expectLegible(printed);
    }
  });
});

test.each([
  ['balance', ['balance', 'acme'], balance, (found: Answers) => found.balance],
  ['history', ['history', 'acme'], history, (found: Answers) => found.history],
  ['notices', ['notices', 'acme'], notices, (found: Answers) => ({ notices: found.notices })],
  ['waiting', ['waiting', 'acme'], waitingQueue, (found: Answers) => found.waiting],
  ['packs', ['packs'], packsOnSale, (found: Answers) => found.packs],
  [
    'release',
    ['release', 'acme', 'r', ...BY, '--yes'],
    record,
    (found: Answers) => resultOf(found['interventions.release']),
  ],
  ['limits', ['limits', 'acme'], accountSettings, (found: Answers) => found['settings.get']],
] as const)(
  '%s --json drops no member of the contract’s shape',
  async (_name, words, shape, madeUp) => {
    for (const found of SAMPLES) {
      const { stdout } = await printedBy(found, [...words, '--json']);
      expect(JSON.parse(stdout)).toEqual(
        JSON.parse(JSON.stringify(published(shape, madeUp(found) as never))),
      );
    }
  },
);

test('hostile words that were typed are escaped in the refusal', async () => {
  await fc.assert(
    fc.asyncProperty(hostileText, async (typed) => {
      const nothing = new Error('nothing is asked');
      for (const words of [
        ['balance', typed],
        [typed],
        ['generate', 'acme', typed],
        ['generate', 'acme', 'x', '--input', typed],
        ['generate', 'acme', 'x', '--simulate', typed],
        ['history', 'acme', '--limit', typed],
        ['stop', 'acme', '--by', 'sam', '--reason', typed],
        ['grant', 'acme', '1', '--source', typed, ...BY],
        ['catalog', 'diff', typed],
        ['balance', 'acme', `--${typed}`],
      ]) {
        const { stdout, stderr } = await printedBy(nothing, words);
        expectLegible(stdout + stderr);
        expectLegible((await printedBy(nothing, [...words, '--json'])).stdout);
      }
    }),
    { numRuns: 15 },
  );
});

test('hostile text in a question is escaped', async () => {
  await fc.assert(
    fc.asyncProperty(hostileText, async (asked) => {
      const terminal = {
        stdin: new PassThrough(),
        stdout: new PassThrough(),
        stderr: new PassThrough(),
      };
      terminal.stdin.end('n\n');
      expect(await new Screen(false, terminal).confirm(asked)).toBe(false);
      expectLegible(await text(terminal.stderr.end()));
    }),
    { numRuns: 15 },
  );
});

test('a hostile kind beside a progress bar is escaped', async () => {
  const kind = '\u001b]0;pwn\u0007\n+9999\u202e';
  const stream = Object.assign(new PassThrough(), { isTTY: true, columns: 200 });
  const status = jest.fn().mockResolvedValue({ progress: 0.5 });
  const progress = new Progress(kind, stream);
  const followed = progress.follow(
    { generations: { status } } as unknown as HoldfastClient,
    'acme',
    'r',
  );
  await new Promise((resolve) => setImmediate(resolve));
  progress.stop();
  await followed;
  const drawn = await text(stream.end());
  expect(drawn).toContain(legible(kind));
  for (const raw of ['\u001b]', '\n+9999', '\u202e']) expect(drawn).not.toContain(raw);
});

test.each([
  [
    'nothing',
    'Grüße, 你好, مرحبا, \u0915\u094d, €5 – “so” 👍🏽',
    'Grüße, 你好, مرحبا, \u0915\u094d, €5 – “so” 👍🏽',
  ],
  ['a line break', 'paid\n+9999', 'paid\\u000a+9999'],
  ['an escape', '\u001b[2J', '\\u001b[2J'],
  ['a C1 control', '\u009b31m', '\\u009b31m'],
  ['a turn of direction', '\u202egnp.exe', '\\u202egnp.exe'],
  ['a tag, by its two halves', 'a\u{e0041}', 'a\\udb40\\udc41'],
  ['half a pair', '\ud83d', '\\ud83d'],
])('`legible` escapes %s: %j becomes %j', (_what, said, seen) => {
  expect(legible(said)).toBe(seen);
});
