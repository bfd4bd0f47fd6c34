import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Client } from 'pg';
import { builtInCatalog } from '../../../catalog';
import { createTestDatabase, type TestDatabase } from '../../support/database';
import { holdfast } from '../command-line';

const NAME = 'Lite\u001b[2J\n+9999\u202e\u0085';

let database: TestDatabase;
let folder: string;
beforeAll(async () => {
  database = await createTestDatabase();
  folder = mkdtempSync(path.join(tmpdir(), 'holdfast-cli-'));
  const owner = new Client({ connectionString: database.ownerUrl });
  await owner.connect();
  // As no file can have them, and an older ledger may.
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
  const ledger = { DATABASE_URL: database.ledgerUrl };
  for (const words of [
    ['catalog', 'diff', file],
    ['catalog', 'show'],
  ]) {
    const { stdout } = await holdfast(ledger, ...words);
    expect(stdout).toContain('Lite\\u001b[2J\\u000a+9999\\u202e\\u0085');
    const asJson = await holdfast(ledger, ...words, '--json');
    expect(asJson.stdout).toContain('Lite\\u001b[2J\\n+9999\\u202e\\u0085');
    expect(JSON.stringify(JSON.parse(asJson.stdout))).toContain(JSON.stringify(NAME));
  }
});
