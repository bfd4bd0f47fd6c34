import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { loadCliConfig } from '../../cli/cli-config';
import { Connections } from '../../cli/connections';

const DEV = {
  databaseUrl: 'postgres://app:a@127.0.0.1:54320/holdfast',
  migrationUrl: 'postgres://postgres:b@127.0.0.1:54320/holdfast',
  temporalAddress: '127.0.0.1:7233',
  temporalNamespace: 'default',
  taskQueue: 'holdfast',
  uiUrl: 'http://127.0.0.1:8233',
};

let checkout: string;
beforeEach(() => {
  checkout = mkdtempSync(path.join(tmpdir(), 'holdfast-cli-'));
});
afterEach(() => rmSync(checkout, { recursive: true, force: true }));

function runDev(pid: number): void {
  mkdirSync(path.join(checkout, '.holdfast'));
  writeFileSync(path.join(checkout, '.holdfast', 'dev.json'), JSON.stringify({ ...DEV, pid }));
}

/** Without the machine's own Temporal settings. */
function load(env: Record<string, string>, folder = checkout) {
  const profile = path.join(checkout, 'temporal.toml');
  writeFileSync(profile, '[profile.default]\n');
  return loadCliConfig({ TEMPORAL_CONFIG_FILE: profile, ...env }, folder);
}

test('the configuration has no servers without a stack and without variables', () => {
  const config = load({});
  expect(config.databaseUrl).toBeUndefined();
  expect(config.temporal).toBeUndefined();
  expect(config.taskQueue).toBe('holdfast');
});

test('a secret and an issuer sign the operator’s commands', () => {
  const secret = 'a secret of more than thirty-two bytes';
  expect(load({ HOLDFAST_PROOF_SECRET: secret }).proofSigner).toBeUndefined();
  const issuer = 'https://billing.example';
  expect(
    load({ HOLDFAST_PROOF_SECRET: secret, HOLDFAST_PROOF_ISSUER: issuer }).proofSigner,
  ).toEqual({ secret, issuer, audience: 'holdfast-commands' });
});

test('the running development stack is found from any folder of the checkout', () => {
  runDev(process.pid);
  const folder = path.join(checkout, 'some', 'folder');
  mkdirSync(folder, { recursive: true });
  expect(load({}, folder)).toMatchObject({
    databaseUrl: DEV.databaseUrl,
    migrationUrl: DEV.migrationUrl,
    temporal: { connectionOptions: { address: DEV.temporalAddress }, namespace: 'default' },
    uiUrl: DEV.uiUrl,
  });
});

test('a stack that was killed does not count', () => {
  runDev(2 ** 22 + 1);
  expect(load({}).databaseUrl).toBeUndefined();
});

test('a development stack that runs on the environment’s own Postgres is the same stack', () => {
  runDev(process.pid);
  const config = load({ DATABASE_URL: DEV.databaseUrl });
  expect(config.temporal?.connectionOptions.address).toBe(DEV.temporalAddress);
});

test('the logins that migrate makes are the environment’s, each by its role', () => {
  const reader = 'postgres://reports:x@db.example/holdfast';
  expect(load({ HOLDFAST_READER_DATABASE_URL: reader }).loginUrls).toEqual({ reader });
  expect(load({}).loginUrls).toEqual({});
});

test('the environment wins, and nothing of the development stack is mixed in', () => {
  runDev(process.pid);
  const config = load({ DATABASE_URL: 'postgres://app:x@db.example/holdfast' });
  expect(config).toMatchObject({
    databaseUrl: 'postgres://app:x@db.example/holdfast',
    migrationUrl: 'postgres://app:x@db.example/holdfast',
  });
  expect(config.temporal).toBeUndefined();
  expect(load({ TEMPORAL_ADDRESS: 'temporal.example:7233' }).databaseUrl).toBeUndefined();
});

test.each<[string, string]>([
  ['DATABASE_URL', 'mysql://x'],
  ['DATABASE_URL', 'postgres://h/d\0'],
  ['HOLDFAST_MIGRATION_DATABASE_URL', 'postgres'],
  ['HOLDFAST_WEB_DATABASE_URL', 'mysql://x'],
  ['HOLDFAST_WORKER_DATABASE_URL', 'x'],
  ['HOLDFAST_OPERATOR_DATABASE_URL', ' postgres://h/d'],
  ['HOLDFAST_READER_DATABASE_URL', 'postgres://h/d\0'],
  ['HOLDFAST_RECONCILE_INTERVAL_SECONDS', '0.5'],
  ['HOLDFAST_RECONCILE_INTERVAL_SECONDS', '1e3'],
  ['HOLDFAST_RECONCILE_INTERVAL_SECONDS', 'NaN'],
  ['HOLDFAST_RECONCILE_INTERVAL_SECONDS', '-60'],
  ['HOLDFAST_RECONCILE_INTERVAL_SECONDS', ' 60'],
  ['HOLDFAST_TASK_QUEUE', 'a b'],
])('the configuration refuses %s=%j by its name', (name, value) => {
  const named = expect.objectContaining({
    code: 'INVALID_ARGUMENT',
    message: expect.stringContaining(`${name}: `),
  });
  expect(() => load({ [name]: value })).toThrow(named);
});

test('variables of other processes are ignored', () => {
  expect(load({ HOLDFAST_WEB_PORT: 'nonsense', HOLDFAST_ROEL: 'x' }).taskQueue).toBe('holdfast');
});

test.each([
  ['half of it', (file: string) => writeFileSync(file, '{"databaseUrl": "post'), 'is not whole'],
  ['a folder in its place', (file: string) => mkdirSync(file), 'is not whole'],
  ['another user’s', (file: string) => writeFileSync(file, '', { mode: 0 }), 'is'],
])(
  'a stack’s file that can’t be read is told where a server is missing, and not before: %s',
  async (_, make, why) => {
    mkdirSync(path.join(checkout, '.holdfast'));
    make(path.join(checkout, '.holdfast', 'dev.json'));
    const unknown = new Connections(load({}));
    const message = expect.stringMatching(new RegExp(`dev.json.*${why}.*DATABASE_URL`));
    expect(() => unknown.databaseUrl()).toThrow(
      expect.objectContaining({ code: 'LEDGER_UNAVAILABLE', message }),
    );
    await expect(unknown.client()).rejects.toMatchObject({ code: 'TEMPORAL_UNAVAILABLE', message });
    expect(() => unknown.migrationUrl()).toThrow(expect.objectContaining({ message }));
    const { databaseUrl } = DEV;
    expect(new Connections(load({ DATABASE_URL: databaseUrl })).databaseUrl()).toBe(databaseUrl);
  },
);
