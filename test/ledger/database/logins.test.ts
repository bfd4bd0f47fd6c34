import { Client, escapeIdentifier } from 'pg';
import type { LedgerRole } from '../../../ledger/access';
import { scramVerifier } from '../../../ledger/roles/scram';
import { runOn } from './cluster';
import { asAdmin, newRole } from './empty-database';
import { LoginDatabase } from './login-database';

const REFUSED = { code: '28P01' };

/** Logins are each test's own, and the database is the file's. */
let database: LoginDatabase;

beforeAll(async () => {
  database = await LoginDatabase.create();
});
afterEach(() => database.dropLogins());
afterAll(() => database.drop());

describe('a login', () => {
  test('of one URL for every process has the roles of web, worker and operator', async () => {
    const login = database.newLogin();
    const notes = await database.migrated({ servingUrl: database.urlOf(login) });
    expect(notes[0]).toBe(`Made login ${login}`);
    expect(await database.rolesOf(login)).toEqual(['operator', 'web', 'worker']);
  });

  test('of one role has that role alone, and loses those that it had before', async () => {
    const [first, second] = [database.newLogin(), database.newLogin()];
    await database.byRole({
      web: database.urlOf(first),
      worker: database.urlOf(second),
      operator: database.urlOf(second),
    });
    expect([await database.rolesOf(first), await database.rolesOf(second)]).toEqual([
      ['web'],
      ['operator', 'worker'],
    ]);
    const notes = await database.byRole({
      web: database.urlOf(second),
      worker: database.urlOf(first),
    });
    expect([await database.rolesOf(first), await database.rolesOf(second)]).toEqual([
      ['worker'],
      ['web'],
    ]);
    expect(notes.filter((line) => line.startsWith('Took'))).toHaveLength(3);
  });

  test('may have any name that Postgres takes, and its password any printable character', async () => {
    const login = `${newRole()} A."'?$1:x%\\é`;
    const password = Array.from({ length: 95 }, (_, at) => String.fromCharCode(32 + at)).join('');
    const url = database.urlOf(encodeURIComponent(login), password);
    try {
      await database.byRole({ web: url });
      expect(await database.rolesOf(login)).toEqual(['web']);
      await database.byRole({ web: database.urlOf(encodeURIComponent(login), `${password}2`) });
      await runOn(database.urlOf(encodeURIComponent(login), `${password}2`), 'SELECT 1');
    } finally {
      await asAdmin(`DROP ROLE IF EXISTS ${escapeIdentifier(login)}`);
    }
  });

  test('that has a role keeps it where one URL names it for every process', async () => {
    const [web, operator] = [database.newLogin(), database.newLogin()];
    await database.byRole({ web: database.urlOf(web), operator: database.urlOf(operator) });
    await database.migrated({ servingUrl: database.urlOf(operator) });
    expect(await database.rolesOf(operator)).toEqual(['operator']);
  });

  test('that no URL names any more is named in a note, for as long as it has a role', async () => {
    const [first, second] = [database.newLogin(), database.newLogin()];
    await database.byRole({ web: database.urlOf(first) });
    const notes = await database.byRole({ web: database.urlOf(second) });
    const [note] = notes.filter((line) => line.includes(first));
    expect(note).toMatch(new RegExp(`^Login ${first} has role holdfast_web_\\d+ as well$`));
    expect(await database.rolesOf(first)).toEqual(['web']);
  });

  test.each<[string, Partial<Record<LedgerRole, () => string>>, RegExp]>([
    [
      'two passwords',
      {
        web: () => database.urlOf('holdfast_twice', 'a'),
        worker: () => database.urlOf('holdfast_twice', 'b'),
      },
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
      { web: () => database.urlOf('holdfast_new', 'päss') },
      /printable ASCII/,
    ],
  ])('is refused with %s, and not made', async (_, urls, message) => {
    const loginUrls = Object.fromEntries(Object.entries(urls).map(([role, url]) => [role, url()]));
    await expect(database.byRole(loginUrls)).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      message: expect.stringMatching(message),
    });
    const logins = "SELECT FROM pg_roles WHERE rolname IN ('holdfast_twice', 'holdfast_new')";
    expect(await runOn(database.ownerUrl, logins)).toEqual([]);
  });
});

test('a role that has members is refused as a login: they would get its rights', async () => {
  const [group, member] = [database.newLogin(), database.newLogin()];
  await asAdmin(`CREATE ROLE ${group}`, `CREATE ROLE ${member} LOGIN IN ROLE ${group}`);
  await expect(database.byRole({ worker: database.urlOf(group) })).rejects.toMatchObject({
    code: 'INVALID_ARGUMENT',
    message: expect.stringContaining(member),
  });
});

describe('a password', () => {
  test('that was changed counts from the next migration on; open connections go on', async () => {
    const login = database.newLogin();
    await database.byRole({ web: database.urlOf(login) });
    const open = new Client({ connectionString: database.urlOf(login) });
    await open.connect();
    try {
      const notes = await database.byRole({ web: database.urlOf(login, 'changed') });
      expect(notes).toEqual([`Changed the password of login ${login}`]);
      await runOn(database.urlOf(login, 'changed'), 'SELECT 1');
      await expect(runOn(database.urlOf(login), 'SELECT 1')).rejects.toMatchObject(REFUSED);
      expect((await open.query('SELECT holdfast.request($1, $1)', ['a'])).rowCount).toBe(1);
    } finally {
      await open.end();
    }
  });

  test('that is right stays as it is stored', async () => {
    const login = database.newLogin();
    await database.migrated({ servingUrl: database.urlOf(login) });
    const stored = await database.verifierOf(login);
    expect(stored).toMatch(/^SCRAM-SHA-256\$/);
    expect(await database.migrated({ servingUrl: database.urlOf(login) })).toEqual([]);
    expect(await database.verifierOf(login)).toBe(stored);
  });

  test('stands in no statement, so the server can’t log it', async () => {
    const login = database.newLogin();
    const sent = jest.spyOn(Client.prototype, 'query');
    try {
      await database.migrated({ servingUrl: database.urlOf(login, 'hush-hush-1') });
      await database.migrated({ servingUrl: database.urlOf(login, 'hush-hush-2') });
      const statements = sent.mock.calls.map((call) => JSON.stringify(call, onlyText));
      expect(statements.filter((statement) => statement.includes(login)).length).toBeGreaterThan(2);
      expect(statements.filter((statement) => statement.includes('hush-hush'))).toEqual([]);
    } finally {
      sent.mockRestore();
    }
  });

  test('of a login that may not log in lets it in', async () => {
    const login = database.newLogin();
    await asAdmin(`CREATE ROLE ${login} NOLOGIN`);
    await database.byRole({ web: database.urlOf(login) });
    await runOn(database.urlOf(login), 'SELECT 1');
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
