import { migrate } from '../../../ledger/migrate';
import { expectAccess } from '../../../ledger/roles/expect-access';
import { runOn } from './cluster';
import { asAdmin } from './empty-database';
import { LoginDatabase } from './login-database';

const DENIED = { code: '42501' };

let database: LoginDatabase;

beforeEach(async () => {
  database = await LoginDatabase.create();
});
afterEach(async () => {
  await database.drop();
  await database.dropLogins();
});

describe('connections to the database', () => {
  const OPEN = `SELECT has_database_privilege('public', current_database(), 'CONNECT') AS connect,
    has_database_privilege('public', current_database(), 'TEMPORARY') AS temporary`;
  const isOpen = async () => (await runOn(database.ownerUrl, OPEN))[0];

  test('are for the roles alone, where it holds nothing but Holdfast', async () => {
    const [login, other] = [database.newLogin(), database.newLogin()];
    await asAdmin(`CREATE ROLE ${other} LOGIN PASSWORD '${other}'`);
    const notes = await database.byRole({ web: database.urlOf(login) });
    expect(notes.at(-1)).toMatch(/^Only Holdfast's roles, .* connect/);
    expect(await isOpen()).toEqual({ connect: false, temporary: false });
    await runOn(database.urlOf(login), 'SELECT 1');
    const creating = runOn(database.urlOf(login), 'CREATE TEMP TABLE t (a int)');
    await expect(creating).rejects.toMatchObject(DENIED);
    await expect(runOn(database.urlOf(other, other), 'SELECT 1')).rejects.toMatchObject(DENIED);
    // A right that an operator gives stays.
    await runOn(database.ownerUrl, `GRANT CONNECT ON DATABASE ${database.name} TO ${other}`);
    expect(await database.byRole({ web: database.urlOf(login) })).toEqual([]);
    await runOn(database.urlOf(other, other), 'SELECT 1');
  });

  test('stay open where a product’s tables are there too, and a note says how to close them', async () => {
    await runOn(database.ownerUrl, 'CREATE TABLE public.customers (id int)');
    const notes = await database.byRole({ web: database.urlOf(database.newLogin()) });
    expect(notes.at(-1)).toMatch(
      /it holds more than Holdfast.*GRANT CONNECT ON DATABASE .*REVOKE CONNECT, TEMPORARY/,
    );
    expect(await isOpen()).toEqual({ connect: true, temporary: true });
  });

  test('stay open where another role owns the database, and a note says so', async () => {
    const migrating = database.newLogin();
    await asAdmin(
      `CREATE ROLE ${migrating} LOGIN CREATEROLE PASSWORD '${migrating}'`,
      `GRANT CREATE ON DATABASE ${database.name} TO ${migrating}`,
    );
    const login = database.newLogin();
    const byOther = {
      migrationUrl: database.urlOf(migrating, migrating),
      loginUrls: { web: database.urlOf(login) },
    };
    const notes = await database.migrated(byOther);
    expect(notes.at(-1)).toMatch(/another role owns it/);
    await expectAccess(database.urlOf(login), 'web');

    await asAdmin(
      `REVOKE CONNECT, TEMPORARY ON DATABASE ${database.name} FROM PUBLIC`,
      `GRANT CONNECT ON DATABASE ${database.name} TO ${migrating}`,
    );
    const [note = ''] = await database.migrated(byOther);
    const [grant = ''] = /GRANT CONNECT .*/.exec(note) ?? [];
    await expect(runOn(database.urlOf(login), 'SELECT 1')).rejects.toMatchObject(DENIED);
    await asAdmin(grant);
    expect(await database.migrated(byOther)).toEqual([]);
    await runOn(database.urlOf(login), 'SELECT 1');
  });
});

test('a migrating role that may make no roles says which statements an administrator runs', async () => {
  const migrating = database.newLogin();
  await asAdmin(
    `CREATE ROLE ${migrating} LOGIN PASSWORD '${migrating}'`,
    `ALTER DATABASE ${database.name} OWNER TO ${migrating}`,
  );
  const migrationUrl = database.urlOf(migrating, migrating);
  const denied = await migrate({ migrationUrl }).catch((error) => error);
  expect(denied).toMatchObject({ code: 'LEDGER_ACCESS_DENIED' });
  const [statements = ''] = /CREATE ROLE .*NOLOGIN/.exec(denied.message) ?? [];
  expect(statements.split('; ')).toHaveLength(4);
  await asAdmin(...statements.split('; '));
  await migrate({ migrationUrl });
});
