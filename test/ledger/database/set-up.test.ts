import { translateError } from '../../../ledger/connection/errors';
import { createLedger } from '../../../ledger/ledger';
import { migrate } from '../../../ledger/migrate';
import { testServers, withDatabase } from '../../support/test-servers';
import { newId, promotion, TestLedger } from '../ledger-support';
import { asAdmin, EmptyDatabase } from './empty-database';
import { certificateFile, type FrontOptions, PostgresFront } from './postgres-front';

let books: TestLedger;
let empty: EmptyDatabase;
beforeAll(async () => {
  books = await TestLedger.open();
  empty = await EmptyDatabase.create();
});
afterAll(async () => {
  await empty.drop();
  await books.close();
});

interface Asked {
  front: FrontOptions;
  parameters?: Record<string, string>;
  host?: string;
}

/** What a ledger's call and a migration meet behind that front; undefined if both work. */
async function metBehind({ front, parameters, host }: Asked) {
  const before = await PostgresFront.open(front);
  const migrationUrl = before.urlOf(empty.ownerUrl, parameters, host);
  const databaseUrl = before.urlOf(books.urls.ledgerUrl, parameters, host);
  const ledger = createLedger({ databaseUrl });
  const problem = (error: { code: string; message: string }) => ({
    code: error.code,
    message: error.message,
  });
  try {
    const called = await ledger.grant(newId('a'), 'k', promotion(1)).then(() => undefined, problem);
    const migrated = await migrate({ migrationUrl }).then(() => undefined, problem);
    expect(migrated).toEqual(called);
    return called;
  } finally {
    await ledger.close();
    await before.close();
  }
}

const root = certificateFile('root.pem');
const tls: FrontOptions = { certificate: 'server.pem', encryptedOnly: true };
const checked = { sslmode: 'verify-full', sslrootcert: root };

test.each<[name: string, asked: Asked]>([
  [
    'a pooler that refuses parameters of a connection’s start',
    { front: { refusesParameters: true } },
  ],
  ['TLS, with the root of its certificate', { front: tls, parameters: checked }],
  ['TLS that is not checked', { front: tls, parameters: { sslmode: 'no-verify' } }],
  [
    'TLS by libpq’s rules',
    { front: tls, parameters: { sslmode: 'require', uselibpqcompat: 'true' } },
  ],
])('ledger and migration work behind %s', async (_, asked) => {
  expect(await metBehind(asked)).toBeUndefined();
});

const failed = 'LEDGER_TLS_FAILED';
test.each<[name: string, asked: Asked, code: string, says: RegExp]>([
  [
    'a private authority',
    { front: tls, parameters: { sslmode: 'require' } },
    failed,
    /sslrootcert=/,
  ],
  [
    'a private authority, and another’s root',
    { front: tls, parameters: { ...checked, sslrootcert: certificateFile('server.key') } },
    ...([failed, /sslrootcert=/] as const),
  ],
  [
    'a name that the certificate doesn’t have',
    { front: tls, parameters: checked, host: '127.0.0.1' },
    ...([failed, /host must be one that the server's certificate names/] as const),
  ],
  [
    'a certificate that has ended',
    { front: { certificate: 'expired.pem' }, parameters: checked },
    ...([failed, /Renew the server's certificate/] as const),
  ],
  [
    'a root that isn’t there',
    { front: tls, parameters: { ...checked, sslrootcert: '/nowhere/root.pem' } },
    ...([failed, /\/nowhere\/root\.pem.*must name files/s] as const),
  ],
  [
    'a root that is a folder',
    { front: tls, parameters: { ...checked, sslrootcert: __dirname } },
    ...([failed, /must name files/] as const),
  ],
  [
    'a client’s certificate that is none',
    { front: tls, parameters: { ...checked, sslcert: __filename, sslkey: __filename } },
    ...([failed, /sslcert and sslkey/] as const),
  ],
  ['a server without TLS', { front: {}, parameters: checked }, failed, /Turn TLS on/],
  ['a server that takes nothing else', { front: tls }, failed, /sslmode=verify-full/],
  [
    'a pooler that refuses a parameter of the URL',
    { front: { refusesParameters: true }, parameters: { statement_timeout: '5000' } },
    ...(['DATABASE_UNSUITABLE', /statement_timeout.*ignore_startup_parameters/s] as const),
  ],
])('ledger and migration say what to set for %s', async (_, asked, code, says) => {
  expect(await metBehind(asked)).toEqual({ code, message: expect.stringMatching(says) });
});

test.each(['ECONNRESET', 'ETIMEDOUT'])(
  'a connection that breaks with %s is no question of TLS',
  (code) => {
    const thrown = Object.assign(new Error(`read ${code}`), { code, syscall: 'read' });
    expect(translateError(thrown)).toMatchObject({ code: 'LEDGER_UNAVAILABLE' });
  },
);

test.each(['26000', '42P05'])('a pooler of transactions is told by its SQLSTATE %s', (code) => {
  const thrown = Object.assign(new Error('prepared statement "balance" already exists'), { code });
  expect(translateError(thrown)).toMatchObject({
    code: 'DATABASE_UNSUITABLE',
    message: expect.stringContaining('pool_mode=session'),
  });
});

test.each(['LATIN1', 'SQL_ASCII'])(
  'a database of encoding %s is refused, and stays empty',
  async (encoding) => {
    const name = `${empty.name}_${encoding.toLowerCase()}`;
    const migrationUrl = withDatabase(testServers().adminUrl, name);
    await asAdmin(`CREATE DATABASE ${name} ENCODING '${encoding}' LOCALE 'C' TEMPLATE template0`);
    try {
      const log = jest.fn();
      await expect(migrate({ migrationUrl, log })).rejects.toMatchObject({
        code: 'DATABASE_UNSUITABLE',
        message: expect.stringMatching(new RegExp(`${encoding}.*ENCODING 'UTF8'`)),
      });
      expect(log).not.toHaveBeenCalled();
    } finally {
      await asAdmin(`DROP DATABASE ${name} WITH (FORCE)`);
    }
  },
);
