import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Client } from 'pg';
import { builtInCatalog } from '../../../catalog/catalog';
import { createTestDatabase, type TestDatabase } from '../../support/database';
import { holdfast } from '../command-line';

// As the contract takes them; what it doesn't is tried with made-up answers.
const NAME = 'Lite\u202e+9999\u2028\u200b';

let database: TestDatabase;
let folder: string;
beforeAll(async () => {
  database = await createTestDatabase();
  folder = mkdtempSync(path.join(tmpdir(), 'holdfast-cli-'));
  const owner = new Client({ connectionString: database.ownerUrl });
  await owner.connect();
  await owner.query(
    `UPDATE holdfast.catalog_versions SET document = jsonb_set(jsonb_set(document,
    '{plans,lite-monthly,name}', $1), '{kinds,ai-avatar,name}', $1)`,
    [JSON.stringify(NAME)],
  );
  await owner.end();
});
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await database.drop();
});

test('a catalog’s names are shown on their own line, also in what a file would change', async () => {
  const file = path.join(folder, 'next.json');
  const next = { ...builtInCatalog()[0], version: 2, effectiveFrom: '2100-01-01T00:00:00Z' };
  writeFileSync(file, JSON.stringify({ versions: [next] }));
  const ledger = { DATABASE_URL: database.operatorUrl };
  for (const words of [
    ['catalog', 'diff', file],
    ['catalog', 'show'],
  ]) {
    const { stdout } = await holdfast(ledger, ...words);
    expect(stdout).toContain('Lite\\u202e+9999\\u2028\\u200b');
    const asJson = await holdfast(ledger, ...words, '--json');
    expect(asJson.stdout).toContain('Lite\\u202e+9999\\u2028\\u200b');
    expect(JSON.stringify(JSON.parse(asJson.stdout))).toContain(JSON.stringify(NAME));
  }
});
