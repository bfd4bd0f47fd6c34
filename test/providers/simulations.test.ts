import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(__dirname, '..', '..');

/** Everything that runs beside a provider, and could act on what a caller's input says. */
const FOLDERS = [
  ...['activities', 'catalog', 'client', 'config', 'domain', 'ledger', 'providers', 'web'],
  ...['worker', 'workflows'],
];
const OF_STUBS = /^providers[/](stub-(generation|payment)[/]|simulated-outage[.]ts$)/;

test('only the stubs know simulations: a real provider’s bill can’t be changed by an input', () => {
  const knowing = FOLDERS.flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
      .map((file) => join(folder, file))
      .filter((file) => /[.](ts|sql)$/.test(file))
      .filter((file) => /simulat/i.test(readFileSync(join(ROOT, file), 'utf8'))),
  );
  expect(knowing.filter((file) => OF_STUBS.test(file)).length).toBeGreaterThan(2);
  expect(knowing.filter((file) => !OF_STUBS.test(file))).toEqual([]);
});
