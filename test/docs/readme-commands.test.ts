import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { start, variablesOf } from '../cli/command-line';
import { type Holdfast, openHoldfast, uniqueId } from '../workflows/harness';

const README = readFileSync(join(__dirname, '..', '..', 'README.md'), 'utf8');

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

test("the README's commands on a running stack work in their order, and the failing generation fails", async () => {
  const [, block = ''] = /^```sh\n(npx holdfast subscribe .*?)^```/ms.exec(README) ?? [];
  const account = uniqueId('acme');
  const lines = block.trim().split('\n');
  expect(lines.length).toBeGreaterThan(9);
  for (const line of lines) {
    const words = wordsOf(line.replace('npx holdfast ', '')).map((word) =>
      word === 'acme' ? account : word,
    );
    const { code, stdout, stderr } = await start(variablesOf(stack), words).ended;
    expect({ line, code, stderr }).toMatchObject({
      line,
      code: line.includes('--simulate permanent') ? 5 : 0,
    });
    expect(stdout).not.toBe('');
  }
  expect(await stack.ledger.balance(account)).toMatchObject({ available: 271, spent: 4 });
});
