import { builtInCatalog } from '../../../catalog/catalog';
import type { CatalogVersion } from '../../../contract/catalog';
import { migrate } from '../../../ledger/migrate';
import { atOnce, brokenIn, granted, promotion } from '../ledger-support';
import { asAdmin, EmptyDatabase, newRole } from './empty-database';
import { APPLIED, MigrationTarget } from './migrate-support';

const FAR = { expiresAt: '2100-01-01T00:00:00Z' };
let target: MigrationTarget;

beforeEach(async () => {
  target = await MigrationTarget.create();
});
afterEach(() => target.drop());

test('a migrated database serves with the built-in catalog, and its audit is clean', async () => {
  const lines: string[] = [];
  await target.migrate((line) => lines.push(line));
  expect(lines).toEqual(APPLIED);
  await target.withLedger(async (ledger) => {
    expect(await ledger.effectiveCatalog()).toEqual({
      catalogVersion: '1',
      validUntil: null,
      catalog: builtInCatalog()[0],
    });
    expect(await ledger.audit()).toMatchObject({ accounts: 0, entries: 0, violations: [] });
  });
});

test('every database gets a ledger’s id of its own, once, and keeps it', async () => {
  const other = await MigrationTarget.create();
  try {
    await Promise.all([target.migrate(), other.migrate()]);
    const [id, another] = await Promise.all(
      [target, other].map((one) => one.withLedger((ledger) => ledger.ledgerId())),
    );
    expect(id).not.toBe(another);
    await target.migrate();
    expect(await target.withLedger((ledger) => ledger.ledgerId())).toBe(id);
    await expect(target.query('DELETE FROM holdfast.ledger_identity')).rejects.toThrow();
  } finally {
    await other.drop();
  }
});

test('an empty ledger gets the catalog of the product that ships it, and keeps it', async () => {
  const builtIn = builtInCatalog()[0] as CatalogVersion;
  const catalog = [
    { ...builtIn, kinds: {}, renewalGrace: 'P3D' },
    { ...builtIn, version: 2, effectiveFrom: '2100-01-01T00:00:00Z' },
  ];
  const { urls } = target;
  await migrate({ ...urls, catalog });
  const effective = {
    catalogVersion: '1',
    validUntil: '2100-01-01T00:00:00.000Z',
    catalog: catalog[0],
  };
  await target.withLedger(async (ledger) =>
    expect(await ledger.effectiveCatalog()).toEqual(effective),
  );
  await migrate(urls);
  await migrate({ ...urls, catalog: [{ ...builtIn, packs: {} }] });
  await target.withLedger(async (ledger) =>
    expect(await ledger.effectiveCatalog()).toEqual(effective),
  );
});

test('a first catalog with a gap is refused, and nothing is migrated', async () => {
  const catalog = [{ ...(builtInCatalog()[0] as CatalogVersion), version: 2 }];
  const migration = migrate({ migrationUrl: target.database.ownerUrl, catalog });
  await expect(migration).rejects.toMatchObject({
    code: 'CATALOG_VERSION_GAP',
    details: { version: 2, expected: 1 },
  });
  expect(
    await target.query("SELECT tablename FROM pg_tables WHERE schemaname = 'holdfast'"),
  ).toEqual([]);
});

test('a ledger that a newer version has migrated is left as it is', async () => {
  await target.migrate();
  // What an older version would put back.
  await target.query(
    `CREATE OR REPLACE FUNCTION holdfast.refusal(p_code text, p_details jsonb DEFAULT '{}')
     RETURNS jsonb LANGUAGE sql IMMUTABLE AS 'SELECT NULL::jsonb'`,
  );
  await target.query(
    "INSERT INTO holdfast.schema_migrations (name) VALUES ('0099_later.sql'), ('0098_late.sql')",
  );
  const body = "SELECT prosrc FROM pg_proc WHERE proname = 'refusal'";
  const before = await target.query(body);
  await expect(target.migrate()).rejects.toMatchObject({
    code: 'LEDGER_NEWER',
    details: { migrations: expect.arrayContaining(['0098_late.sql', '0099_later.sql']) },
  });
  expect(await target.query(body)).toEqual(before);
});

test('eight migrations at once of one empty database all succeed, and each step is applied once', async () => {
  const lines: string[] = [];
  await atOnce(8, () => target.migrate((line) => lines.push(line)));
  expect(lines).toEqual(APPLIED);
  expect(await target.query('SELECT version FROM holdfast.catalog_versions')).toEqual([
    { version: 1 },
  ]);
  await target.withLedger(async (ledger) => {
    expect(await granted(ledger.grant('a', 'k', promotion(5, FAR)))).toMatchObject({ credits: 5 });
  });
});

test('migrations at once of several databases on one server share its roles', async () => {
  const others = await atOnce(3, () => EmptyDatabase.create());
  try {
    await Promise.all(
      [target.database, ...others, ...others].map(({ ownerUrl, servingUrl }) =>
        migrate({
          migrationUrl: ownerUrl,
          servingUrl: servingUrl.call(target.database, target.role),
        }),
      ),
    );
    for (const { ownerUrl } of others) {
      const url = new URL(target.database.servingUrl(target.role));
      url.pathname = new URL(ownerUrl).pathname;
      await target.withLedger(
        async (ledger) => expect(await brokenIn(ledger)).toEqual([]),
        url.toString(),
      );
    }
  } finally {
    for (const other of others) await other.drop();
  }
});

test('a second migration changes nothing and keeps the ledger’s data', async () => {
  await target.migrate();
  await target.withLedger(async (ledger) => {
    const first = await granted(ledger.grant('a', 'k', promotion(5, FAR)));
    const applied = await target.query('SELECT * FROM holdfast.schema_migrations');
    await target.migrate((line) => {
      throw new Error(`Unexpected: ${line}`);
    });
    expect(await target.query('SELECT * FROM holdfast.schema_migrations')).toEqual(applied);
    // The same connections go on: their prepared statements survive the functions' replacement.
    expect(await ledger.grant('a', 'k', promotion(5, FAR))).toEqual({
      ok: true,
      value: first,
      replayed: true,
    });
    expect(await ledger.balance('a')).toMatchObject({ available: 5 });
    expect(await target.query('SELECT count(*)::int FROM holdfast.catalog_versions')).toEqual([
      { count: 1 },
    ]);
  });
});

test('serving goes on while migrations run', async () => {
  await target.migrate();
  await target.withLedger(async (ledger) => {
    await granted(ledger.grant('a', 'k', promotion(300, FAR)));
    const migrations = Promise.all([target.migrate(), target.migrate(), target.migrate()]);
    let running = true;
    const done = migrations.finally(() => {
      running = false;
    });
    let served = 0;
    while (running && served < 300) {
      await granted(
        ledger.reserve(
          'a',
          `r${served}`,
          { kind: 'x' },
          { credits: 1, catalogVersion: '1' },
          1_000,
        ),
      );
      served += 1;
    }
    await done;
    expect(served).toBeGreaterThan(0);
    expect(await brokenIn(ledger)).toEqual([]);
  });
});

test('a migration that fails leaves nothing behind', async () => {
  await target.query('CREATE SCHEMA holdfast; CREATE TABLE holdfast.entries (mine int)');
  await expect(target.migrate()).rejects.toMatchObject({ code: 'INTERNAL' });
  expect(
    await target.query("SELECT tablename FROM pg_tables WHERE schemaname = 'holdfast'"),
  ).toEqual([{ tablename: 'entries' }]);
});

test('a migration takes back every right in the schema that was given by hand', async () => {
  await target.migrate();
  const other = newRole();
  try {
    await target.query(`
      CREATE ROLE ${other};
      GRANT USAGE ON SCHEMA holdfast TO ${other};
      GRANT SELECT ON holdfast.accounts TO ${other};
      GRANT UPDATE (available) ON holdfast.accounts TO ${other};
      GRANT USAGE ON SEQUENCE holdfast.outbox_messages TO ${other};
      GRANT EXECUTE ON FUNCTION holdfast.clock TO PUBLIC`);
    await target.migrate();
    const rights = `SELECT has_schema_privilege('${other}', 'holdfast', 'USAGE') AS enters,
      has_table_privilege('${other}', 'holdfast.accounts', 'SELECT') AS reads,
      has_any_column_privilege('${other}', 'holdfast.accounts', 'UPDATE') AS writes,
      has_sequence_privilege('${other}', 'holdfast.outbox_messages', 'USAGE') AS counts,
      has_function_privilege('public', 'holdfast.clock()', 'EXECUTE') AS calls`;
    expect(await target.query(rights)).toEqual([
      { enters: false, reads: false, writes: false, counts: false, calls: false },
    ]);
  } finally {
    await asAdmin(`DROP ROLE IF EXISTS ${other}`);
  }
});

test('the owner may serve as well, and needs no login of its own', async () => {
  await migrate({ migrationUrl: target.database.ownerUrl, servingUrl: target.database.ownerUrl });
  await target.withLedger(
    async (ledger) => expect(await brokenIn(ledger)).toEqual([]),
    target.database.ownerUrl,
  );
});
