import { Client, escapeIdentifier } from 'pg';
import type { LedgerRole } from '../../../ledger/access';
import { type MigrateOptions, migrate } from '../../../ledger/migrate';
import { expectAccess } from '../../../ledger/roles/expect-access';
import { scramVerifier } from '../../../ledger/roles/scram';
import { testServers, withDatabase } from '../../support/test-servers';
import { runOn } from './cluster';
import { asAdmin, EmptyDatabase, newRole } from './empty-database';

const ROLES_OF = `
  SELECT split_part(r.rolname, '_', 2) AS role
  FROM pg_auth_members AS m
  JOIN pg_roles AS r ON r.oid = m.roleid
  JOIN pg_roles AS u ON u.oid = m.member
  WHERE u.rolname = $1
  ORDER BY 1`;
const FIRST = 'p"a\'s?s\\/w:r$d%';

/** Logins are each test's own, and the database is the file's, unless a test needs an empty one. */
let database: EmptyDatabase;
let made: string[] = [];

beforeAll(async () => {
  database = await EmptyDatabase.create();
});
afterEach(async () => {
  // Together: one may have given another its role.
  if (made.length > 0) await asAdmin(`DROP ROLE IF EXISTS ${made.join(', ')}`);
  made = [];
});
afterAll(() => database.drop());

/** Runs the test on a database of its own, which ends before its logins. */
const onEmpty = (run: () => Promise<void>) => async () => {
  const shared = database;
  database = await EmptyDatabase.create();
  try {
    await run();
  } finally {
    await database.drop();
    database = shared;
  }
};

function newLogin(): string {
  const login = newRole();
  made.push(login);
  return login;
}

const urlOf = (user: string, password = FIRST) =>
  withDatabase(testServers().adminUrl, database.name, {
    user,
    password: encodeURIComponent(password),
  });

/** Migrates, and returns what was noted. */
async function migrated(options: Partial<MigrateOptions>): Promise<string[]> {
  const notes: string[] = [];
  await migrate({
    migrationUrl: database.ownerUrl,
    note: (line) => notes.push(line),
    ...options,
  });
  return notes;
}

const byRole = (loginUrls: Partial<Record<LedgerRole, string>>) => migrated({ loginUrls });

async function rolesOf(login: string): Promise<string[]> {
  const client = new Client({ connectionString: database.ownerUrl });
  await client.connect();
  try {
    return (await client.query(ROLES_OF, [login])).rows.map(({ role }) => role);
  } finally {
    await client.end();
  }
}

const verifierOf = async (login: string) =>
  (
    await runOn<{ verifier: string }>(
      database.ownerUrl,
      `SELECT rolpassword AS verifier FROM pg_authid WHERE rolname = '${login}'`,
    )
  )[0]?.verifier;

const REFUSED = { code: '28P01' };

describe('a login', () => {
  test('of one URL for every process has the roles of web, worker and operator', async () => {
    const login = newLogin();
    const notes = await migrated({ servingUrl: urlOf(login) });
    expect(notes[0]).toBe(`Made login ${login}`);
    expect(await rolesOf(login)).toEqual(['operator', 'web', 'worker']);
  });

  test('of one role has that role alone, and loses those that it had before', async () => {
    const [first, second] = [newLogin(), newLogin()];
    await byRole({ web: urlOf(first), worker: urlOf(second), operator: urlOf(second) });
    expect([await rolesOf(first), await rolesOf(second)]).toEqual([
      ['web'],
      ['operator', 'worker'],
    ]);
    const notes = await byRole({ web: urlOf(second), worker: urlOf(first) });
    expect([await rolesOf(first), await rolesOf(second)]).toEqual([['worker'], ['web']]);
    expect(notes.filter((line) => line.startsWith('Took'))).toHaveLength(3);
  });

  test('may have any name that Postgres takes, and its password any printable character', async () => {
    const login = `${newRole()} A."'?$1:x%\\é`;
    const password = Array.from({ length: 95 }, (_, at) => String.fromCharCode(32 + at)).join('');
    const url = urlOf(encodeURIComponent(login), password);
    try {
      await byRole({ web: url });
      expect(await rolesOf(login)).toEqual(['web']);
      await byRole({ web: urlOf(encodeURIComponent(login), `${password}2`) });
      await runOn(urlOf(encodeURIComponent(login), `${password}2`), 'SELECT 1');
    } finally {
      await asAdmin(`DROP ROLE IF EXISTS ${escapeIdentifier(login)}`);
    }
  });

  test('that has a role keeps it where one URL names it for every process', async () => {
    const [web, operator] = [newLogin(), newLogin()];
    await byRole({ web: urlOf(web), operator: urlOf(operator) });
    await migrated({ servingUrl: urlOf(operator) });
    expect(await rolesOf(operator)).toEqual(['operator']);
  });

  test('that no URL names any more is named in a note, for as long as it has a role', async () => {
    const [first, second] = [newLogin(), newLogin()];
    await byRole({ web: urlOf(first) });
    const notes = await byRole({ web: urlOf(second) });
    const [note] = notes.filter((line) => line.includes(first));
    expect(note).toMatch(new RegExp(`^Login ${first} has role holdfast_web_\\d+ as well$`));
    expect(await rolesOf(first)).toEqual(['web']);
  });

  test.each<[string, Partial<Record<LedgerRole, () => string>>, RegExp]>([
    [
      'two passwords',
      { web: () => urlOf('holdfast_twice', 'a'), worker: () => urlOf('holdfast_twice', 'b') },
      /^HOLDFAST_WORKER_DATABASE_URL: .*another password/,
    ],
    ['the migrating role', { web: () => database.ownerUrl }, /^HOLDFAST_WEB_DATABASE_URL: /],
    [
      'a URL without a name',
      { reader: () => 'postgres://db.example/holdfast' },
      /^HOLDFAST_READER_DATABASE_URL: /,
    ],
    [
      'a password that clients prepare in several ways',
      { web: () => urlOf('holdfast_new', 'päss') },
      /printable ASCII/,
    ],
  ])('is refused with %s, and not made', async (_, urls, message) => {
    const loginUrls = Object.fromEntries(Object.entries(urls).map(([role, url]) => [role, url()]));
    await expect(byRole(loginUrls)).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      message: expect.stringMatching(message),
    });
    const logins = "SELECT FROM pg_roles WHERE rolname IN ('holdfast_twice', 'holdfast_new')";
    expect(await runOn(database.ownerUrl, logins)).toEqual([]);
  });
});

test('a role that has members is refused as a login: they would get its rights', async () => {
  const [group, member] = [newLogin(), newLogin()];
  await asAdmin(`CREATE ROLE ${group}`, `CREATE ROLE ${member} LOGIN IN ROLE ${group}`);
  await expect(byRole({ worker: urlOf(group) })).rejects.toMatchObject({
    code: 'INVALID_ARGUMENT',
    message: expect.stringContaining(member),
  });
});

describe('a password', () => {
  test('that was changed counts from the next migration on; open connections go on', async () => {
    const login = newLogin();
    await byRole({ web: urlOf(login) });
    const open = new Client({ connectionString: urlOf(login) });
    await open.connect();
    try {
      const notes = await byRole({ web: urlOf(login, 'changed') });
      expect(notes).toEqual([`Changed the password of login ${login}`]);
      await runOn(urlOf(login, 'changed'), 'SELECT 1');
      await expect(runOn(urlOf(login), 'SELECT 1')).rejects.toMatchObject(REFUSED);
      expect((await open.query('SELECT holdfast.request($1, $1)', ['a'])).rowCount).toBe(1);
    } finally {
      await open.end();
    }
  });

  test('that is right stays as it is stored', async () => {
    const login = newLogin();
    await migrated({ servingUrl: urlOf(login) });
    const stored = await verifierOf(login);
    expect(stored).toMatch(/^SCRAM-SHA-256\$/);
    expect(await migrated({ servingUrl: urlOf(login) })).toEqual([]);
    expect(await verifierOf(login)).toBe(stored);
  });

  test('stands in no statement, so the server can’t log it', async () => {
    const login = newLogin();
    const sent = jest.spyOn(Client.prototype, 'query');
    try {
      await migrated({ servingUrl: urlOf(login, 'hush-hush-1') });
      await migrated({ servingUrl: urlOf(login, 'hush-hush-2') });
      const statements = sent.mock.calls.map((call) => JSON.stringify(call, onlyText));
      expect(statements.filter((statement) => statement.includes(login)).length).toBeGreaterThan(2);
      expect(statements.filter((statement) => statement.includes('hush-hush'))).toEqual([]);
    } finally {
      sent.mockRestore();
    }
  });

  test('of a login that may not log in lets it in', async () => {
    const login = newLogin();
    await asAdmin(`CREATE ROLE ${login} NOLOGIN`);
    await byRole({ web: urlOf(login) });
    await runOn(urlOf(login), 'SELECT 1');
  });

  test('is kept as RFC 5803 says', async () => {
    const pattern = /^SCRAM-SHA-256\$4096:[\w+/]{22}==\$[\w+/]{43}=:[\w+/]{43}=$/;
    expect(await scramVerifier('pencil', 4_096)).toMatch(pattern);
    expect(await scramVerifier('pencil', 4_096)).not.toBe(await scramVerifier('pencil', 4_096));
  });
});

/** A driver's query holds its connection, which holds its password: only texts and values are told. */
function onlyText(key: string, value: unknown): unknown {
  const told = ['', 'text', 'values', 'sql', 'bindings'];
  const isItem = /^\d+$/.test(key);
  return told.includes(key) || isItem || typeof value === 'string' ? value : undefined;
}

describe('connections to the database', () => {
  const OPEN = `SELECT has_database_privilege('public', current_database(), 'CONNECT') AS connect,
    has_database_privilege('public', current_database(), 'TEMPORARY') AS temporary`;
  const isOpen = async () => (await runOn(database.ownerUrl, OPEN))[0];

  test(
    'are for the roles alone, where it holds nothing but Holdfast',
    onEmpty(async () => {
      const [login, other] = [newLogin(), newLogin()];
      await asAdmin(`CREATE ROLE ${other} LOGIN PASSWORD '${other}'`);
      const notes = await byRole({ web: urlOf(login) });
      expect(notes.at(-1)).toMatch(/^Only Holdfast's roles, .* connect/);
      expect(await isOpen()).toEqual({ connect: false, temporary: false });
      await runOn(urlOf(login), 'SELECT 1');
      await expect(runOn(urlOf(login), 'CREATE TEMP TABLE t (a int)')).rejects.toMatchObject({
        code: '42501',
      });
      await expect(runOn(urlOf(other, other), 'SELECT 1')).rejects.toMatchObject({ code: '42501' });
      // A right that an operator gives stays.
      await runOn(database.ownerUrl, `GRANT CONNECT ON DATABASE ${database.name} TO ${other}`);
      expect(await byRole({ web: urlOf(login) })).toEqual([]);
      await runOn(urlOf(other, other), 'SELECT 1');
    }),
  );

  test(
    'stay open where a product’s tables are there too, and a note says how to close them',
    onEmpty(async () => {
      await runOn(database.ownerUrl, 'CREATE TABLE public.customers (id int)');
      const notes = await byRole({ web: urlOf(newLogin()) });
      expect(notes.at(-1)).toMatch(
        /it holds more than Holdfast.*GRANT CONNECT ON DATABASE .*REVOKE CONNECT, TEMPORARY/,
      );
      expect(await isOpen()).toEqual({ connect: true, temporary: true });
    }),
  );

  test(
    'stay open where another role owns the database, and a note says so',
    onEmpty(async () => {
      const migrating = newLogin();
      await asAdmin(
        `CREATE ROLE ${migrating} LOGIN CREATEROLE PASSWORD '${migrating}'`,
        `GRANT CREATE ON DATABASE ${database.name} TO ${migrating}`,
      );
      const login = newLogin();
      const byOther = {
        migrationUrl: urlOf(migrating, migrating),
        loginUrls: { web: urlOf(login) },
      };
      const notes = await migrated(byOther);
      expect(notes.at(-1)).toMatch(/another role owns it/);
      await expectAccess(urlOf(login), 'web');

      await asAdmin(
        `REVOKE CONNECT, TEMPORARY ON DATABASE ${database.name} FROM PUBLIC`,
        `GRANT CONNECT ON DATABASE ${database.name} TO ${migrating}`,
      );
      const [note = ''] = await migrated(byOther);
      const [grant = ''] = /GRANT CONNECT .*/.exec(note) ?? [];
      await expect(runOn(urlOf(login), 'SELECT 1')).rejects.toMatchObject({ code: '42501' });
      await asAdmin(grant);
      expect(await migrated(byOther)).toEqual([]);
      await runOn(urlOf(login), 'SELECT 1');
    }),
  );
});

test(
  'a migrating role that may make no roles says which statements an administrator runs',
  onEmpty(async () => {
    const migrating = newLogin();
    await asAdmin(
      `CREATE ROLE ${migrating} LOGIN PASSWORD '${migrating}'`,
      `ALTER DATABASE ${database.name} OWNER TO ${migrating}`,
    );
    const migrationUrl = urlOf(migrating, migrating);
    const denied = await migrate({ migrationUrl }).catch((error) => error);
    expect(denied).toMatchObject({ code: 'LEDGER_ACCESS_DENIED' });
    const [statements = ''] = /CREATE ROLE .*NOLOGIN/.exec(denied.message) ?? [];
    expect(statements.split('; ')).toHaveLength(4);
    await asAdmin(...statements.split('; '));
    await migrate({ migrationUrl });
  }),
);
