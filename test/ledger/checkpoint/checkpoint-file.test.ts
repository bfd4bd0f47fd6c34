import { readFileSync, writeFileSync } from 'node:fs';
import { MINUTE_MS, START } from '../ledger-support';
import { SignedLedger } from './checkpoint-support';

let ledger: SignedLedger;

beforeEach(async () => {
  ledger = await SignedLedger.open();
  await ledger.busy('a', 2);
  await ledger.busy('b', 1);
});
afterEach(() => ledger.close());

const linesOf = (file: string) => readFileSync(file, 'utf8').split('\n');

describe('a file is refused', () => {
  const code = async (file: string, ...words: string[]) => {
    const { json } = await ledger.against(file, ...words);
    return (json as { error: { code: string } }).error.code;
  };

  test('that was cut off, changed, or is none', async () => {
    const file = await ledger.checkpoint();
    const lines = linesOf(file);
    const changed = (edited: string[]) => {
      writeFileSync(file, edited.join('\n'));
      return code(file);
    };
    expect(await changed(lines.slice(0, 2))).toBe('CHECKPOINT_INVALID');
    expect(await changed(lines.slice(1))).toBe('CHECKPOINT_INVALID');
    expect(await changed([lines[0]?.replace('a', 'c') as string, ...lines.slice(1)])).toBe(
      'CHECKPOINT_INVALID',
    );
    expect(await changed(lines.map((line) => line.replace('"entries":8', '"entries":9')))).toBe(
      'CHECKPOINT_INVALID',
    );
    expect(await changed([''])).toBe('CHECKPOINT_INVALID');
    expect(await code(ledger.path('nowhere'))).toBe('CHECKPOINT_INVALID');
    expect(await code(ledger.folder)).toBe('CHECKPOINT_INVALID');
  });

  test('of another ledger, and one from the future', async () => {
    await ledger.books.advanceClock(60 * MINUTE_MS);
    const file = await ledger.checkpoint();
    await ledger.books.setClock(START);
    expect(await code(file)).toBe('CHECKPOINT_FROM_FUTURE');
    const other = await SignedLedger.open();
    try {
      await other.books.owner.query(
        'UPDATE holdfast.ledger_identity SET ledger_id = gen_random_uuid()',
      );
      const { json } = await other.against(file, '--public-key', ledger.key.shared);
      expect(json).toMatchObject({ error: { code: 'CHECKPOINT_OF_OTHER_LEDGER' } });
    } finally {
      await other.close();
    }
  });

  test('signed by a key that isn’t among those given; a key that was replaced still is', async () => {
    const next = ledger.newKey('next');
    const [before, after] = [await ledger.checkpoint(), await ledger.checkpoint(next)];
    expect(await code(after)).toBe('CHECKPOINT_KEY_UNKNOWN');
    const both = ['--public-key', ledger.key.shared, '--public-key', next.shared];
    for (const file of [before, after]) expect((await ledger.against(file, ...both)).code).toBe(0);
  });

  test('and so is a key that is none, or a private one where a public one belongs', async () => {
    const file = await ledger.checkpoint();
    for (const key of [file, ledger.key.secret, ledger.path('nowhere')]) {
      expect(await code(file, '--public-key', key)).toBe('CHECKPOINT_KEY_INVALID');
    }
    const public_ = await ledger.run('checkpoint', ledger.path('x'), '--key', ledger.key.shared);
    expect(public_).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/^CHECKPOINT_KEY_INVALID/),
    });
  });
});

test('a checkpoint replaces no file, and leaves nothing half written', async () => {
  const file = await ledger.checkpoint();
  const before = readFileSync(file);
  expect(await ledger.run('checkpoint', file, '--key', ledger.key.secret)).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('EEXIST'),
  });
  expect(readFileSync(file)).toEqual(before);
});

test('a checkpoint on stdout is the same as in a file', async () => {
  const { stdout } = await ledger.run('checkpoint', '-', '--key', ledger.key.secret);
  expect(stdout).toBe(readFileSync(await ledger.checkpoint(), 'utf8'));
});

test('an empty ledger has a checkpoint as well', async () => {
  const empty = await SignedLedger.open();
  try {
    expect(await empty.found(await empty.checkpoint())).toEqual([]);
  } finally {
    await empty.close();
  }
});
