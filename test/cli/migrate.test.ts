import { runOn } from '../ledger/database/cluster';
import { APPLIED, MigrationTarget } from '../ledger/database/migrate-support';
import { errorOf, holdfast, holdfastJson } from './command-line';

let target: MigrationTarget;
let variables: Record<string, string>;

beforeEach(async () => {
  target = await MigrationTarget.create();
  variables = {
    HOLDFAST_MIGRATION_DATABASE_URL: target.urls.migrationUrl,
    DATABASE_URL: target.urls.servingUrl,
  };
});
afterEach(() => target.drop());

test('migrate is safe to repeat, and says what it has done with logins', async () => {
  const first = await holdfast(variables, 'migrate');
  expect(first).toMatchObject({ code: 0, stdout: `Applied ${APPLIED.length} migrations.\n` });
  expect(first.stderr).toContain(`\nMade login ${target.role}\n`);
  expect(await holdfastJson(variables, 'migrate')).toEqual({
    code: 0,
    json: { migrated: true, applied: 0 },
  });
  expect(await holdfast(variables, 'migrate')).toEqual({
    code: 0,
    stdout: 'The schema was up to date.\n',
    stderr: '',
  });
});

test('a dry run says what would be done, and makes neither schema nor login; reason and name are kept', async () => {
  const { code, json } = await holdfastJson(variables, 'migrate', '--dry-run');
  const steps = expect.arrayContaining([
    `make login ${target.role}`,
    'apply migration 0001_ledger.sql',
    'replace functions/account/balance.sql',
    'apply the first catalog',
  ]);
  expect({ code, json }).toEqual({ code: 0, json: { migrated: false, applied: 0, steps } });
  expect(
    await target.query(
      `SELECT nspname AS name FROM pg_namespace WHERE nspname = 'holdfast'
       UNION ALL SELECT rolname FROM pg_roles WHERE rolname = '${target.role}'`,
    ),
  ).toEqual([]);
  await holdfast(variables, 'migrate', '--reason', 'Ticket 4711', '--by', 'sam');
  expect(
    await target.query("SELECT reason, by_name FROM holdfast.operator_acts WHERE what = 'migrate'"),
  ).toEqual([{ reason: 'Ticket 4711', by_name: 'sam' }]);
  expect(await holdfast(variables, 'migrate', '--dry-run')).toEqual({
    code: 0,
    stdout: 'The schema is up to date.\n',
    stderr: '',
  });
});

test('a password that is changed in a login’s URL is changed by migrate, which says so without saying it', async () => {
  const url = new URL(target.urls.servingUrl);
  const login = () => ({ ...variables, HOLDFAST_WORKER_DATABASE_URL: url.toString() });
  expect(await holdfast(login(), 'migrate')).toMatchObject({ code: 0 });
  url.password = 'another-password';
  const { code, stderr, stdout } = await holdfast(login(), 'migrate');
  expect({ code, stderr }).toEqual({
    code: 0,
    stderr: `Changed the password of login ${target.role}\n`,
  });
  expect(stdout).not.toContain('another-password');
  await runOn(url.toString(), "SELECT holdfast.request('a', 'r')");
});

test('a migrating role that may not do what is needed is told so, and never to migrate', async () => {
  await holdfast(variables, 'migrate');
  const { code, json } = await holdfastJson(
    { HOLDFAST_MIGRATION_DATABASE_URL: target.urls.servingUrl },
    'migrate',
  );
  expect({ code, json }).toEqual({
    code: 3,
    json: errorOf('LEDGER_ACCESS_DENIED', {
      message: expect.not.stringContaining('holdfast migrate'),
    }),
  });
});
