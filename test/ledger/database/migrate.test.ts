import { Client } from 'pg';
import { builtInCatalog } from '../../../catalog/catalog';
import type { CatalogVersion } from '../../../contract/catalog';
import { createLedger, type Ledger } from '../../../ledger/ledger';
import { migrate } from '../../../ledger/migrate';
import { atOnce, granted, promotion } from '../ledger-support';
import { asAdmin, EmptyDatabase, newRole } from './empty-database';

const FAR = { expiresAt: '2100-01-01T00:00:00Z' };
const APPLIED = [
  ...['0001_ledger', '0002_subscriptions', '0003_purchases', '0004_waiting', '0005_origins'],
  ...['0006_top_up_price', '0007_stray_payments', '0008_ids', '0009_interventions'],
  '0010_function_names',
].map((name) => `Applying migration ${name}.sql`);
/** Later migrations than those that the tests below take back stay applied. */
const TAKEN_BACK_MAX = 8;
const appliedAgain = (first: number) => APPLIED.slice(first, TAKEN_BACK_MAX);
let database: EmptyDatabase;
let role: string;

beforeEach(async () => {
  database = await EmptyDatabase.create();
  role = newRole();
});
afterEach(async () => {
  await database.drop();
  await asAdmin(`DROP ROLE IF EXISTS ${role}`);
});

async function withLedger<T>(
  action: (ledger: Ledger) => Promise<T>,
  databaseUrl = database.servingUrl(role),
) {
  const ledger = createLedger({ databaseUrl });
  try {
    return await action(ledger);
  } finally {
    await ledger.close();
  }
}

async function query(sql: string): Promise<unknown[]> {
  const client = new Client({ connectionString: database.ownerUrl });
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

const migrateHere = (log?: (line: string) => void) =>
  migrate({ migrationUrl: database.ownerUrl, servingUrl: database.servingUrl(role), log });

test('a migrated database serves with the built-in catalog, and its audit is clean', async () => {
  const lines: string[] = [];
  await migrateHere((line) => lines.push(line));
  expect(lines).toEqual(APPLIED);
  await withLedger(async (ledger) => {
    expect(await ledger.effectiveCatalog()).toEqual({
      catalogVersion: '1',
      validUntil: null,
      catalog: builtInCatalog()[0],
    });
    expect(await ledger.audit()).toEqual({ accounts: 0, entries: 0, violations: [] });
  });
});

test('an empty ledger gets the catalog of the product that ships it, and keeps it', async () => {
  const builtIn = builtInCatalog()[0] as CatalogVersion;
  const catalog = [
    { ...builtIn, kinds: {}, renewalGrace: 'P3D' },
    { ...builtIn, version: 2, effectiveFrom: '2100-01-01T00:00:00Z' },
  ];
  const urls = { migrationUrl: database.ownerUrl, servingUrl: database.servingUrl(role) };
  await migrate({ ...urls, catalog });
  const effective = {
    catalogVersion: '1',
    validUntil: '2100-01-01T00:00:00.000Z',
    catalog: catalog[0],
  };
  await withLedger(async (ledger) => expect(await ledger.effectiveCatalog()).toEqual(effective));
  await migrate(urls);
  await migrate({ ...urls, catalog: [{ ...builtIn, packs: {} }] });
  await withLedger(async (ledger) => expect(await ledger.effectiveCatalog()).toEqual(effective));
});

test('a first catalog with a gap is refused, and nothing is migrated', async () => {
  const catalog = [{ ...(builtInCatalog()[0] as CatalogVersion), version: 2 }];
  const migration = migrate({ migrationUrl: database.ownerUrl, catalog });
  await expect(migration).rejects.toMatchObject({
    code: 'CATALOG_VERSION_GAP',
    details: { version: 2, expected: 1 },
  });
  expect(await query("SELECT tablename FROM pg_tables WHERE schemaname = 'holdfast'")).toEqual([]);
});

test('eight migrations at once of one empty database all succeed, and the work is done once', async () => {
  const lines: string[] = [];
  await atOnce(8, () => migrateHere((line) => lines.push(line)));
  expect(lines).toEqual(APPLIED);
  expect(await query('SELECT version FROM holdfast.catalog_versions')).toEqual([{ version: 1 }]);
  await withLedger(async (ledger) => {
    expect(await granted(ledger.grant('a', 'k', promotion(5, FAR)))).toMatchObject({ credits: 5 });
  });
});

test('migrations at once of several databases on one server share its roles', async () => {
  const others = await atOnce(3, () => EmptyDatabase.create());
  try {
    await Promise.all(
      [database, ...others, ...others].map(({ ownerUrl, servingUrl }) =>
        migrate({ migrationUrl: ownerUrl, servingUrl: servingUrl.call(database, role) }),
      ),
    );
    for (const { ownerUrl } of others) {
      const url = new URL(database.servingUrl(role));
      url.pathname = new URL(ownerUrl).pathname;
      await withLedger(
        async (ledger) => expect((await ledger.audit()).violations).toEqual([]),
        url.toString(),
      );
    }
  } finally {
    for (const other of others) await other.drop();
  }
});

test('migrating again changes nothing and keeps what is there', async () => {
  await migrateHere();
  await withLedger(async (ledger) => {
    const first = await granted(ledger.grant('a', 'k', promotion(5, FAR)));
    const applied = await query('SELECT * FROM holdfast.schema_migrations');
    await migrateHere((line) => {
      throw new Error(`Unexpected: ${line}`);
    });
    expect(await query('SELECT * FROM holdfast.schema_migrations')).toEqual(applied);
    // The same connections go on: their prepared statements survive the functions' replacement.
    expect(await ledger.grant('a', 'k', promotion(5, FAR))).toEqual({
      ok: true,
      value: first,
      replayed: true,
    });
    expect(await ledger.balance('a')).toMatchObject({ available: 5 });
    expect(await query('SELECT count(*)::int FROM holdfast.catalog_versions')).toEqual([
      { count: 1 },
    ]);
  });
});

/** As a ledger of before that migration had it. */
const WITHOUT_WIDER_IDS = `
  ALTER TABLE holdfast.accounts DROP CONSTRAINT accounts_account_id_valid,
    ADD CONSTRAINT accounts_account_id_valid CHECK (account_id ~ '^[A-Za-z0-9][A-Za-z0-9._@|-]{0,127}$');
  ALTER TABLE holdfast.payments DROP CONSTRAINT payments_reference_valid,
    ADD CONSTRAINT payments_reference_valid CHECK (reference ~ '^[A-Za-z0-9][A-Za-z0-9._@|-]{0,127}$');
  ALTER TABLE holdfast.idempotency_keys DROP CONSTRAINT idempotency_keys_key_valid,
    ADD CONSTRAINT idempotency_keys_key_valid CHECK (key ~ '^[A-Za-z0-9][A-Za-z0-9._@|:-]{0,255}$');
  DELETE FROM holdfast.schema_migrations WHERE name = '0008_ids.sql'`;
const WITHOUT_STRAY_PAYMENTS = `
  ${WITHOUT_WIDER_IDS};
  DROP TABLE holdfast.stray_payments; DROP INDEX holdfast.purchases_payment_once;
  CREATE UNIQUE INDEX purchases_payment_once ON holdfast.purchases (account_id, payment_id) WHERE payment_id IS NOT NULL;
  DELETE FROM holdfast.schema_migrations WHERE name = '0007_stray_payments.sql'`;
const WITHOUT_TOP_UP_PRICE = `
  ${WITHOUT_STRAY_PAYMENTS};
  ALTER TABLE holdfast.account_settings DROP COLUMN top_up_price_cents, DROP COLUMN top_up_currency;
  DELETE FROM holdfast.schema_migrations WHERE name = '0006_top_up_price.sql'`;
const WITHOUT_ORIGINS = `
  ${WITHOUT_TOP_UP_PRICE};
  DROP INDEX holdfast.purchases_grant_once; DELETE FROM holdfast.schema_migrations WHERE name = '0005_origins.sql'`;
const WITHOUT_WAITING = `
  ${WITHOUT_ORIGINS};
  DROP TABLE holdfast.outbox, holdfast.notices, holdfast.account_settings, holdfast.low_balance_thresholds, holdfast.stops CASCADE;
  DROP SEQUENCE holdfast.outbox_messages;
  ALTER TABLE holdfast.accounts DROP COLUMN last_ticket, DROP COLUMN waited_for, DROP COLUMN open_reservations, DROP COLUMN day,
    DROP COLUMN day_credits, DROP COLUMN watched, DROP COLUMN ran_dry, DROP COLUMN next_notice_at;
  ALTER TABLE holdfast.reservations DROP COLUMN ticket, DROP COLUMN waits_for, DROP COLUMN admitted_credits,
    DROP COLUMN waiting_since, DROP COLUMN wait_until, DROP COLUMN woken_at;
  ALTER TABLE holdfast.purchases DROP COLUMN automatic;
  DELETE FROM holdfast.schema_migrations WHERE name = '0004_waiting.sql'`;
const WITHOUT_PURCHASES = `
  DROP TABLE holdfast.purchases CASCADE; ALTER TABLE holdfast.subscriptions DROP COLUMN look_from;
  DROP INDEX holdfast.accounts_unbooked_term, holdfast.grants_own_end;
  DELETE FROM holdfast.schema_migrations WHERE name = '0003_purchases.sql'`;

test('subscriptions from before purchases were sold are looked at from the migration on', async () => {
  await migrateHere();
  await withLedger(async (ledger) => {
    await granted(
      ledger.subscriptions.subscribe('a', 's', { planId: 'lite-monthly', paymentReference: 'p' }),
    );
  });
  await query(`${WITHOUT_WAITING};${WITHOUT_PURCHASES}`);
  const lines: string[] = [];
  await migrateHere((line) => lines.push(line));
  expect(lines).toEqual(appliedAgain(2));
  await withLedger(async (ledger) => {
    const { now } = await ledger.reconciliationScope();
    expect(await ledger.upkeep.unwatchedSubscriptions(now, null, 10)).toMatchObject([
      { accountId: 'a' },
    ]);
    await granted(ledger.purchases.open('a', 'p', { packId: 'pack-125', shownPriceCents: 4900 }));
    expect((await ledger.audit()).violations).toEqual([]);
  });
});

test('what ran before requests could wait is counted from the migration on, and its ends are told of', async () => {
  await migrateHere();
  const reserve = (ledger: Ledger, id: string) =>
    granted(ledger.reserve('a', id, { kind: 'x' }, { credits: 10, catalogVersion: '1' }, 1_000));
  await withLedger(async (ledger) => {
    await granted(
      ledger.subscriptions.subscribe('a', 's', { planId: 'lite-monthly', paymentReference: 'p' }),
    );
    for (const id of ['open', 'done']) await reserve(ledger, id);
    await granted(ledger.commit('a', 'done', 4, 'file:///o'));
  });
  await query(WITHOUT_WAITING);
  const lines: string[] = [];
  await migrateHere((line) => lines.push(line));
  expect(lines).toEqual(appliedAgain(3));
  await withLedger(async (ledger) => {
    expect((await ledger.audit()).violations).toEqual([]);
    expect(
      await query('SELECT open_reservations, day_credits::int FROM holdfast.accounts'),
    ).toEqual([{ open_reservations: 1, day_credits: 14 }]);
    await ledger.outbox.attend('a');
    const { validUntil } = await ledger.balance('a');
    expect(await query('SELECT next_notice_at FROM holdfast.accounts')).toEqual([
      { next_notice_at: new Date(Date.parse(String(validUntil)) - 7 * 86_400_000) },
    ]);
  });
});

test('a top-up from before it remembered its price has seen the one of the day of the migration', async () => {
  await migrateHere();
  const topUp = { packId: 'pack-125', belowCredits: 20, monthlyCapCents: 4900 };
  await withLedger(async (ledger) => {
    await granted(ledger.settings.setTopUp({ accountId: 'a', key: 'k', topUp }));
    await granted(ledger.settings.setLimits({ accountId: 'b', key: 'k', dailyCreditsMax: 1 }));
  });
  const prices =
    'SELECT account_id, top_up_price_cents::int, top_up_currency FROM holdfast.account_settings ORDER BY 1';
  const before = await query(prices);
  expect(before).toEqual([
    { account_id: 'a', top_up_price_cents: 4900, top_up_currency: 'USD' },
    { account_id: 'b', top_up_price_cents: null, top_up_currency: null },
  ]);
  await query(WITHOUT_TOP_UP_PRICE);
  const lines: string[] = [];
  await migrateHere((line) => lines.push(line));
  expect(lines).toEqual(appliedAgain(5));
  expect(await query(prices)).toEqual(before);
});

test('serving goes on while migrations run', async () => {
  await migrateHere();
  await withLedger(async (ledger) => {
    await granted(ledger.grant('a', 'k', promotion(300, FAR)));
    const migrations = Promise.all([migrateHere(), migrateHere(), migrateHere()]);
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
    expect((await ledger.audit()).violations).toEqual([]);
  });
});

test('a migration that fails leaves nothing behind', async () => {
  await query('CREATE SCHEMA holdfast; CREATE TABLE holdfast.entries (mine int)');
  await expect(migrateHere()).rejects.toMatchObject({ code: 'INTERNAL' });
  expect(await query("SELECT tablename FROM pg_tables WHERE schemaname = 'holdfast'")).toEqual([
    { tablename: 'entries' },
  ]);
});

test('a migration takes back what the worker’s role was given by hand', async () => {
  await migrateHere();
  await query(
    'GRANT SELECT ON holdfast.accounts TO holdfast_worker; GRANT EXECUTE ON FUNCTION holdfast.clock TO PUBLIC',
  );
  await migrateHere();
  expect(
    await query(`SELECT has_table_privilege('holdfast_worker', 'holdfast.accounts', 'SELECT') AS reads,
      has_function_privilege('public', 'holdfast.clock()', 'EXECUTE') AS calls`),
  ).toEqual([{ reads: false, calls: false }]);
});

test('the owner may serve as well, and needs no login of its own', async () => {
  await migrate({ migrationUrl: database.ownerUrl, servingUrl: database.ownerUrl });
  await withLedger(
    async (ledger) => expect((await ledger.audit()).violations).toEqual([]),
    database.ownerUrl,
  );
});
