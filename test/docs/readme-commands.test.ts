import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { makeFilm, planPaid, priceOfFilm } from '../../docs/examples/product-service';
import { holdfast, variablesOf } from '../cli/command-line';
import { builtFile } from '../setup/built-file';
import { type Holdfast, openHoldfast, uniqueId } from '../workflows/harness';
import { blocksOf, read } from './markdown';

const execute = promisify(execFile);

/** As a shell would take them apart: words, and what stands between single quotes. */
function wordsOf(line: string): string[] {
  return [...line.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, word]) => quoted ?? word ?? '');
}

let stack: Holdfast;
beforeAll(async () => {
  stack = await openHoldfast();
  await stack.startWorker();
});
afterAll(() => stack.close());

test.each([
  ['README.md', 6],
  ['docs/tutorial/command-line.md', 17],
])(
  'the commands of %s work in their order, and the failing generation fails',
  async (page, more) => {
    const block =
      blocksOf(read(page), 'sh').find((text) => text.startsWith('npx holdfast subscribe')) ?? '';
    const account = uniqueId('acme');
    const lines = block.split('\n');
    expect(lines.length).toBeGreaterThan(more);
    for (const line of lines) {
      const words = wordsOf(line.replace('npx holdfast ', '')).map((word) =>
        word === 'acme' ? account : word,
      );
      const { code, stdout, stderr } = await holdfast(variablesOf(stack), ...words);
      expect({ line, code, stderr }).toMatchObject({
        line,
        code: line.includes('--simulate permanent') ? 5 : 0,
      });
      expect(stdout).not.toBe('');
    }
    expect(await stack.ledger.balance(account)).toMatchObject({ available: 271, spent: 4 });
  },
);

test('the first program makes a film, again too, and says what is missing', async () => {
  const program = builtFile('docs/examples/first-generation.js');
  const env = { ...process.env, ...variablesOf(stack) };
  const run = (more = {}) =>
    execute(process.execPath, [program], { env: { ...env, ...more }, timeout: 60_000 });
  const said = expect.stringMatching(/^committed: file:.* for 4 credits\n$/);
  for (const _attempt of ['first', 'again'])
    expect(await run()).toEqual({ stdout: said, stderr: '' });
  await expect(run({ DATABASE_URL: '' })).rejects.toMatchObject({
    ...{ code: 1, stderr: expect.stringContaining('such as DATABASE_URL has') },
  });
});

test('the product service subscribes, quotes and makes a film, once per request id', async () => {
  const account = uniqueId('acme');
  expect(await priceOfFilm(stack.client, account)).toBe('40 credits: buy a pack first');
  await planPaid(stack.client, account, 'inv-1');
  await planPaid(stack.client, account, 'inv-1');
  expect(await priceOfFilm(stack.client, account)).toBe('40 credits');
  const film = await makeFilm(stack.client, account, 'film-1', 'A kelp forest');
  expect(film).toMatch(/^file:.* for 40 credits$/);
  expect(await makeFilm(stack.client, account, 'film-1', 'A kelp forest')).toBe(film);
  expect(await stack.ledger.balance(account)).toMatchObject({ available: 110, spent: 40 });
});
