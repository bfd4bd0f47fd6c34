import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ImportReport } from '../../contract/import';
import { createTestDatabase, type TestDatabase } from '../support/database';
import { errorOf, holdfast, holdfastJson } from './command-line';

const WORDS = ['--reason', 'From the old billing', '--by', 'sam'];
const HEAD = 'type,accountId,key,source,credits,remaining,expiresAt,costCents';
const END = '2100-01-01T00:00:00Z';

let database: TestDatabase;
let folder: string;
beforeAll(async () => {
  database = await createTestDatabase();
  folder = mkdtempSync(join(tmpdir(), 'holdfast-import-'));
});
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await database.drop();
});

function fileOf(content: string | Buffer): string {
  const file = join(folder, 'lines');
  writeFileSync(file, content);
  return file;
}

const ask = (content: string | Buffer, ...more: string[]) =>
  holdfastJson(
    { DATABASE_URL: database.operatorUrl },
    ...['import', fileOf(content), ...WORDS, ...more],
  );

const balanceOf = async (account: string) => {
  const { json } = await holdfastJson(
    { DATABASE_URL: database.operatorUrl },
    ...['balance', account],
  );
  return (json as { available: number }).available;
};

const grantLine = (account: string, key: string, remaining: number | string, credits = 10) =>
  `grant,${account},${key},pack,${credits},${remaining},${END},4900`;

test('good lines are taken over and bad ones refused, each with its number and code', async () => {
  const content = [
    HEAD,
    grantLine('a1', 'k1', 10),
    grantLine('a1', 'k2', -1),
    grantLine('a1', 'k3', 11),
    grantLine('a1', 'k1', 10),
    grantLine('a1', 'k1', 9),
    grantLine('a1', 'k4', '1e1'),
    '',
    grantLine('a1', 'k 5', 1),
    grantLine('a\u0000', 'k6', 1),
    `grant,a1,k7,pack,10,1,2001-01-01T00:00:00Z,4900`,
    `grant,a1,k8,pack,10,1,tomorrow,4900`,
    `grant,a1,k9,pack,10,1,${END},-4`,
    `grant,a1,k10,gift,10,1,${END},4`,
    `grant,a1,k11,pack,10,1,${END}`,
    `grant,a1,"k12,pack,10,1,${END},0`,
    `"grant","a1","k13","pack","10","1","${END}",""`,
    `x`.repeat(100_000),
    grantLine('a2', 'k1', 2),
    grantLine('a1', 'k14', 1),
    'account,a3,k1,,,,,',
    'account,a4,k1,pack,,,,',
    'everything,a5,k1,,,,,',
  ].join('\r\n');
  const dry = await ask(content, '--dry-run');
  expect(await balanceOf('a1')).toBe(0);
  const { code, json } = await ask(content);
  const { refusals, ...report } = json as ImportReport;
  expect({ code, report }).toMatchObject({
    code: 5,
    report: {
      ...{ dryRun: false, lines: 21, known: 1, refused: 16 },
      made: { accounts: 1, grants: 3, subscriptions: 0, credits: 13 },
    },
  });
  const dryReport = dry.json as ImportReport;
  const codesOf = (told: ImportReport['refusals']) => told.map(({ message: _, ...rest }) => rest);
  expect(dry.code).toBe(5);
  expect({ ...dryReport, refusals: codesOf(dryReport.refusals) }).toEqual({
    ...{ ...report, dryRun: true, refusals: codesOf(refusals) },
  });
  expect(
    [...refusals].sort((a, b) => a.line - b.line).map(({ line, code: why }) => [line, why]),
  ).toEqual([
    [3, 'INVALID_CREDITS'],
    [4, 'IMPORT_REMAINDER_TOO_LARGE'],
    [6, 'IDEMPOTENCY_CONFLICT'],
    [7, 'INVALID_CREDITS'],
    [9, 'INVALID_KEY'],
    [10, 'INVALID_ACCOUNT_ID'],
    [11, 'EXPIRY_IN_PAST'],
    [12, 'INVALID_TIME'],
    [13, 'INVALID_COST'],
    [14, 'INVALID_ARGUMENT'],
    [15, 'IMPORT_LINE_INVALID'],
    [16, 'IMPORT_LINE_INVALID'],
    [18, 'IMPORT_LINE_INVALID'],
    [20, 'IMPORT_ACCOUNT_SPLIT'],
    [22, 'INVALID_ARGUMENT'],
    [23, 'INVALID_ARGUMENT'],
  ]);
  expect(await balanceOf('a1')).toBe(11);
  expect(await ask(content)).toMatchObject({
    code: 5,
    json: { known: 5, refused: 16, made: { grants: 0, accounts: 0, credits: 0 } },
  });
});

test('JSON lines say the same, and what is no object is refused', async () => {
  const line = (more: object) =>
    JSON.stringify({ type: 'grant', accountId: 'j1', source: 'pack', expiresAt: END, ...more });
  const content = [
    `\uFEFF${line({ key: 'k1', credits: 10, remaining: 4 })}`,
    line({ key: 'k2', credits: 10, remaining: 4, colour: 'red' }),
    line({ key: 'k3', credits: 2 ** 53, remaining: 4 }),
    line({ key: 'k4', credits: 10, remaining: '4' }),
    '[]',
    'null',
    '{"type": "grant"',
  ].join('\n');
  const { code, json } = await ask(content);
  expect({ code, json }).toMatchObject({
    ...{ code: 5, json: { made: { grants: 1, credits: 4 }, refused: 6 } },
  });
  expect((json as ImportReport).refusals.map(({ line, code: why }) => [line, why])).toEqual([
    [2, 'INVALID_ARGUMENT'],
    [3, 'INVALID_CREDITS'],
    [4, 'INVALID_CREDITS'],
    [5, 'INVALID_ARGUMENT'],
    [6, 'INVALID_ARGUMENT'],
    [7, 'IMPORT_LINE_INVALID'],
  ]);
});

test.each<[string, string | Buffer]>([
  ['nothing', ''],
  ['empty lines', '\n\r\n'],
  ['no columns', grantLine('a1', 'k1', 1)],
  ['an unknown column', `${HEAD},colour\n`],
  ['a column twice', `${HEAD},key\n`],
  ['no key', 'type,accountId\n'],
  ['a broken first line', '"type,accountId,key\n'],
  ['a compressed file', Buffer.from([0x1f, 0x8b, 8, 0, 0])],
  ['UTF-16', Buffer.from(`${HEAD}\n`, 'utf16le')],
  ['a first line of 10 MB', 'x'.repeat(10_000_000)],
])('a file with %s is refused', async (_name, content) => {
  expect(await ask(content)).toEqual({ code: 2, json: errorOf('IMPORT_FILE_INVALID') });
});

test('a file that isn’t there, and a folder, are refused', async () => {
  for (const file of [join(folder, 'none'), folder])
    expect(
      await holdfastJson({ DATABASE_URL: database.operatorUrl }, 'import', file, ...WORDS),
    ).toEqual({ code: 2, json: errorOf('IMPORT_FILE_INVALID') });
});

test('a line of 10 MB, and one that is no UTF-8, are refused, and the next one is taken over', async () => {
  const content = Buffer.concat([
    Buffer.from(`${HEAD}\n${grantLine('long', 'k1', 1).padEnd(10_000_000)}\n`),
    Buffer.from([0x67, 0xff, 0x0a]),
    Buffer.from(grantLine('long', 'k2', 2)),
  ]);
  expect(await ask(content)).toMatchObject({
    ...{ code: 5, json: { lines: 3, refused: 2, made: { credits: 2 } } },
  });
});

test('more lines of an account than one import takes are refused', async () => {
  const content = [HEAD, ...Array.from({ length: 1_002 }, (_, n) => grantLine('many', `k${n}`, 1))];
  const { json } = await ask(content.join('\n'));
  expect(json).toMatchObject({ made: { grants: 1_000 }, refused: 2 });
  expect((json as ImportReport).refusals[0]).toMatchObject({ code: 'IMPORT_ACCOUNT_SPLIT' });
});

test('in words: a dry run says what would come of each line', async () => {
  const content = `${HEAD}\n${grantLine('words', 'k1', 4)}\n${grantLine('words', 'k2', 11)}\n`;
  const asked = ['import', fileOf(content), ...WORDS, '--dry-run'];
  const { code, stdout, stderr } = await holdfast({ DATABASE_URL: database.operatorUrl }, ...asked);
  expect(code).toBe(5);
  expect(stderr).toBe(
    'line 2: pack of 4 credits to words\nline 3: IMPORT_REMAINDER_TOO_LARGE: The line is not valid: ✖ 11 credits can’t be left of 10.   → at remaining\n',
  );
  expect(stdout).toBe(
    'Would take over 0 account lines, 0 subscriptions, 1 grant, 4 credits in all.\nOf 2 lines 0 were there already, and 1 is refused.\n',
  );
});
