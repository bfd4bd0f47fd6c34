import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import fc from 'fast-check';
import { runWith } from '../../../cli/run';
import { displayWidth } from '../../../cli/terminal/display-width';
import { Table } from '../../../cli/terminal/table';
import { holdfast } from '../command-line';
import { answers, fakeConnections } from '../hostile/fake-connections';

const ID = 'i'.repeat(128);

test('a table that fits is laid out in columns, numbers to the right', () => {
  const table = new Table(
    ['pack', 'credits'],
    [
      ['pack-125', 1_250],
      ['絵文字', 5],
    ],
  );
  expect(table.lines(80)).toEqual(['pack      credits', 'pack-125    1,250', '絵文字          5']);
});

test('a column of words is broken where the table doesn’t fit, and an id within itself', () => {
  const table = new Table(
    ['account', 'spent', 'reason'],
    [[ID, 5, 'because it was twice charged']],
  );
  expect(table.lines(40)).toEqual([
    'account          spent  reason',
    'iiiiiiiiiiiiiii      5  because it was',
    'iiiiiiiiiiiiiii         twice charged',
    ...Array.from({ length: 6 }, () => 'i'.repeat(15)),
    'i'.repeat(128 - 8 * 15),
  ]);
});

test('a row is a block of lines where its columns can’t be made narrow enough', () => {
  const head = ['entry', 'available', 'reserved', 'outstanding'];
  const figures = Array.from(head, () => 9_007_199_254_740_991);
  expect(new Table(head, [figures, figures]).lines(40)).toEqual([
    'entry        9,007,199,254,740,991',
    'available    9,007,199,254,740,991',
    'reserved     9,007,199,254,740,991',
    'outstanding  9,007,199,254,740,991',
    '',
    'entry        9,007,199,254,740,991',
    'available    9,007,199,254,740,991',
    'reserved     9,007,199,254,740,991',
    'outstanding  9,007,199,254,740,991',
  ]);
});

/** Every command that prints a table. */
const COMMANDS = [
  ...[['accounts'], ['balance', 'acme'], ['history', 'acme'], ['usage', 'acme']],
  ...[['notices', 'acme'], ['find', 'r'], ['waiting'], ['waiting', 'acme'], ['packs']],
  ...[['acts'], ['events', 'list'], ['burn-rates', '--month', '2030-01']],
];

/** Sentences and commands are broken by the terminal, so that they can be copied as they are. */
const isSentence = (line: string) => /^(\S.*[.:!]|(Further accounts:|Catalog) .*)$/.test(line);

describe.each(COMMANDS.map((words) => [words.join(' '), words]))('holdfast %s', (_name, words) => {
  test('prints wide values within 80 columns', async () => {
    for (const found of fc.sample(answers, 10)) {
      const stdout = new PassThrough();
      const terminal = { stdin: new PassThrough(), stdout, stderr: new PassThrough() };
      await runWith(() => fakeConnections(found), words, terminal, { COLUMNS: '80' });
      const lines = (await text(stdout.end())).split('\n');
      for (const line of lines.filter((one) => !isSentence(one)))
        expect({ line, fits: displayWidth(line) <= 80 }).toEqual({ line, fits: true });
    }
  });
});

/** Without what stands between tables. */
const rowsOf = (printed: string) => printed.split('\n').filter((line) => /\S {2,}\S/.test(line));

test('the width is that of COLUMNS, and without one tables are as wide as their values', async () => {
  const widest = async (variables: Record<string, string>) => {
    const { stdout } = await holdfast(variables, 'catalog', 'show');
    return Math.max(...rowsOf(stdout).map(displayWidth));
  };
  const natural = await widest({});
  expect(natural).toBeGreaterThan(60);
  expect(await widest({ COLUMNS: '60' })).toBeLessThanOrEqual(60);
  for (const COLUMNS of ['0', 'wide', '-5', '']) expect(await widest({ COLUMNS })).toBe(natural);
});
