import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { jsonOf } from '../../cli/command-line';
import { SignedLedger } from './checkpoint-support';

const SCRIPT = join(__dirname, '../../../docs/examples/check-proof.mjs');

let ledger: SignedLedger;
let file: string;

beforeAll(async () => {
  ledger = await SignedLedger.open();
  await ledger.busy('a', 2);
  await ledger.books.rewrite(`
    UPDATE holdfast.entries SET link = NULL;
    UPDATE holdfast.journal_chain SET began_at = 'infinity'`);
  for (const account of ['b', 'c', 'd', 'e']) await ledger.busy(account, 2);
  await ledger.generate('a', 'linked');
  file = await ledger.checkpoint();
  await ledger.generate('b', 'later');
});
afterAll(() => ledger.close());

const prove = async (account: string, entry: number) =>
  jsonOf(
    await ledger.run(
      ...['prove', account, String(entry), '--in', file],
      ...['--public-key', ledger.key.shared, '--json'],
    ),
  );

/** What the script says, and whether it has said yes. */
function checked(proof: unknown, key = ledger.key): { said: string; isProved: boolean } {
  const path = ledger.path('proof.json');
  writeFileSync(path, JSON.stringify(proof));
  try {
    const said = execFileSync(process.execPath, [SCRIPT, path, key.shared], { encoding: 'utf8' });
    return { said, isProved: true };
  } catch (error) {
    return { said: (error as { stdout: string }).stdout, isProved: false };
  }
}

test.each([
  ['b', 1],
  ['b', 5],
  ['d', 3],
  ['e', 2],
  ['a', 1],
  ['a', 4],
  ['a', 5],
  ['a', 6],
])('the script takes the proof of entry %s %d', async (account, entry) => {
  const { code, json } = await prove(account, entry);
  expect(code).toBe(0);
  const { said, isProved } = checked(json);
  expect({ said, isProved }).toEqual({
    said: expect.stringContaining(`\n${account}\n${entry}\n`),
    isProved: true,
  });
});

test('the script takes no proof that was changed', async () => {
  const { json } = await prove('b', 3);
  const proof = json as Record<string, string | unknown[]>;
  const entry = proof.entry as string;
  const changes: Record<string, unknown>[] = [
    { entry: entry.replace('\nreserve\n', '\ncommit\n').replace('\ncommit\n', '\nexpire\n') },
    { entry: entry.replace('\nb\n', '\nc\n') },
    { previous: '00'.repeat(32) },
    { later: (proof.later as string[]).slice(1) },
    { path: (proof.path as object[]).slice(1) },
    { line: (proof.line as string).replace('5', '6') },
    { signed: (proof.signed as string).replace('"accounts":5', '"accounts":6') },
  ];
  for (const change of changes) {
    expect(checked({ ...proof, ...change })).toMatchObject({ isProved: false });
  }
  expect(checked(proof, ledger.newKey('other'))).toEqual({
    said: 'Not proved: another key has signed.\n',
    isProved: false,
  });
});

test.each([
  ['b', 6],
  ['unknown', 1],
])('entry %s %d is not in the checkpoint', async (account, entry) => {
  expect(await prove(account, entry)).toMatchObject({
    code: 3,
    json: { error: { code: 'ENTRY_NOT_SIGNED' } },
  });
});

test('the script is short enough to be read', () => {
  expect(readFileSync(SCRIPT, 'utf8').split('\n').length).toBeLessThanOrEqual(60);
});
