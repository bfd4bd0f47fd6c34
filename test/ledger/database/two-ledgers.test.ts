import { randomBytes } from 'node:crypto';
import { LEDGER_ROLES } from '../../../ledger/access';
import { createLedger, type Ledger } from '../../../ledger/ledger';
import { type MigrateOptions, migrate } from '../../../ledger/migrate';
import { expectAccess } from '../../../ledger/roles/expect-access';
import { promotion } from '../ledger-support';
import { CLUSTERS, type Cluster, loginUrl, runOn } from './cluster';

const FAR = { expiresAt: '2100-01-01T00:00:00Z' };
const DENIED = { code: 'LEDGER_ACCESS_DENIED' };
/** A product with a ledger, whose owner may create roles and is no superuser. */
class Product {
  readonly name = `holdfast_product_${randomBytes(4).toString('hex')}`;

  constructor(readonly cluster: Cluster) {}

  async create(): Promise<this> {
    await runOn(
      this.cluster.adminUrl,
      `CREATE ROLE ${this.name} LOGIN CREATEROLE PASSWORD 'secret'`,
      `CREATE DATABASE ${this.name} OWNER ${this.name}`,
    );
    return this;
  }

  /** The URL of one of the product's logins, `…_web` for one. */
  url(login: string, database = this.name): string {
    return loginUrl(this.cluster, database, `${this.name}_${login}`);
  }

  get ownerUrl(): string {
    return loginUrl(this.cluster, this.name, this.name);
  }

  migrate(more: Partial<MigrateOptions> = {}): Promise<void> {
    const loginUrls = Object.fromEntries(LEDGER_ROLES.map((role) => [role, this.url(role)]));
    return migrate({ migrationUrl: this.ownerUrl, loginUrls, ...more });
  }

  asOwner<Row extends object>(...statements: string[]): Promise<Row[]> {
    return runOn<Row>(this.ownerUrl, ...statements);
  }

  asAdmin<Row extends object>(...statements: string[]): Promise<Row[]> {
    return runOn<Row>(this.cluster.adminUrl, ...statements);
  }

  async drop(): Promise<void> {
    await this.asAdmin(`DROP DATABASE IF EXISTS ${this.name} WITH (FORCE)`);
  }
}

async function withLedger<T>(url: string, action: (ledger: Ledger) => Promise<T>): Promise<T> {
  const ledger = createLedger({ databaseUrl: url });
  try {
    return await action(ledger);
  } finally {
    await ledger.close();
  }
}

describe.each(CLUSTERS)('two ledgers of two owners on %s', (_, openCluster) => {
  let cluster: Cluster;
  let [a, b] = [] as Product[] as [Product, Product];

  beforeAll(async () => {
    cluster = await openCluster();
    a = await new Product(cluster).create();
    b = await new Product(cluster).create();
    await Promise.all([a.migrate(), b.migrate()]);
  }, 120_000);
  afterAll(async () => {
    const others = await a.asAdmin<{ rolname: string }>(
      `SELECT rolname FROM pg_roles WHERE rolname LIKE '${a.name}%' OR rolname LIKE '${b.name}%'
         OR shobj_description(oid, 'pg_authid') ~ 'database (${a.name}|${b.name})'`,
    );
    for (const product of [a, b]) await product.drop();
    // Together: the owners have given the others their roles.
    await a.asAdmin(`DROP ROLE ${others.map(({ rolname }) => rolname).join(', ')}`);
    await cluster.stop();
  }, 60_000);

  const grantIn = (product: Product, url: string) =>
    withLedger(url, (ledger) => ledger.grant('mallory', `k-${product.name}`, promotion(5, FAR)));

  test('each migrates, again and again, and serves', async () => {
    await Promise.all([a.migrate(), b.migrate()]);
    await a.migrate();
    for (const product of [a, b]) {
      expect(await grantIn(product, product.url('worker'))).toMatchObject({ ok: true });
      for (const role of ['web', 'worker', 'operator'] as const)
        await expectAccess(product.url(role), role);
      await withLedger(product.url('web'), async (ledger) => {
        expect(await ledger.balance('mallory')).toMatchObject({ available: 5 });
      });
      await withLedger(product.url('operator'), async (ledger) => {
        expect(await ledger.audit()).toMatchObject({ accounts: 1, violations: [] });
      });
      expect(await runOn(product.url('reader'), 'SELECT account_id FROM holdfast.history')).toEqual(
        [{ account_id: 'mallory' }],
      );
    }
  });

  test('no login of one connects to the other', async () => {
    for (const login of LEDGER_ROLES) {
      await expect(runOn(a.url(login, b.name), 'SELECT 1')).rejects.toMatchObject({
        code: '42501',
        message: expect.stringContaining('permission denied for database'),
      });
    }
    await expect(grantIn(a, a.url('worker', b.name))).rejects.toMatchObject(DENIED);
  });

  test('a login that gets in all the same may call and read nothing there', async () => {
    await b.asOwner(`GRANT CONNECT ON DATABASE ${b.name} TO PUBLIC`);
    try {
      await expect(grantIn(a, a.url('worker', b.name))).rejects.toMatchObject(DENIED);
      await expect(
        runOn(a.url('reader', b.name), 'SELECT * FROM holdfast.history'),
      ).rejects.toMatchObject({ code: '42501' });
    } finally {
      await b.migrate();
    }
    await expect(runOn(a.url('worker', b.name), 'SELECT 1')).rejects.toMatchObject({
      code: '42501',
    });
  });

  test('one login with its password serves both, if both name it', async () => {
    await b.migrate({
      loginUrls: { worker: a.url('worker'), web: b.url('web'), operator: b.url('operator') },
    });
    expect(await grantIn(a, a.url('worker', b.name))).toMatchObject({ ok: true });
    expect(await grantIn(a, a.url('worker'))).toMatchObject({ ok: true });
    await b.asOwner(`REVOKE ${await roleOf(b, 'worker')} FROM ${a.name}_worker`);
    await b.migrate();
    await expect(grantIn(a, a.url('worker', b.name))).rejects.toMatchObject(DENIED);
  });

  test('a copy beside its original is closed to the original’s logins once it is migrated', async () => {
    const copy = `${a.name}_copy`;
    await a.asAdmin(`CREATE DATABASE ${copy} TEMPLATE ${a.name} OWNER ${a.name}`);
    try {
      await migrate({
        migrationUrl: loginUrl(cluster, copy, a.name),
        loginUrls: { worker: a.url('copier') },
      });
      expect(await grantIn(a, a.url('copier', copy))).toMatchObject({ ok: true });
      await a.asAdmin(`GRANT CONNECT ON DATABASE ${copy} TO PUBLIC`);
      await expect(grantIn(a, a.url('worker', copy))).rejects.toMatchObject(DENIED);
      expect(await grantIn(a, a.url('worker'))).toMatchObject({ ok: true });
    } finally {
      await a.asAdmin(`DROP DATABASE ${copy} WITH (FORCE)`);
    }
  });

  test('a role that came from another cluster under this database’s number loses its members', async () => {
    const role = await roleOf(a, 'worker');
    // As pg_dumpall's output makes it.
    await a.asAdmin(
      `CREATE ROLE ${a.name}_stranger LOGIN PASSWORD 'secret'`,
      `GRANT ${role} TO ${a.name}_stranger`,
      `COMMENT ON ROLE ${role} IS 'Holdfast: worker of database elsewhere'`,
    );
    if ((await versionOf(a)) >= 160_000) {
      await expect(a.migrate()).rejects.toMatchObject({
        ...DENIED,
        message: expect.stringContaining(`REVOKE "${role}" FROM "${a.name}_stranger"`),
      });
      await a.asAdmin(`REVOKE ${role} FROM ${a.name}_stranger`);
    }
    const notes: string[] = [];
    await a.migrate({ note: (line) => notes.push(line) });
    expect(notes).toContain(`Gave role ${role} to login ${a.name}_worker`);
    await expect(grantIn(a, a.url('stranger'))).rejects.toMatchObject(DENIED);
    expect(await grantIn(a, a.url('worker'))).toMatchObject({ ok: true });
  });

  test('an owner who may not change another owner’s login says so, and what to run', async () => {
    const taken = { loginUrls: { web: loginUrl(cluster, b.name, `${a.name}_web`, 'guessed') } };
    // Up to PostgreSQL 15 a role that may create roles may change any that is no superuser.
    if ((await versionOf(b)) < 160_000) await b.migrate(taken);
    else {
      await expect(b.migrate(taken)).rejects.toMatchObject({
        ...DENIED,
        message: expect.stringMatching(/\\password "holdfast_product_\w+_web"/),
      });
      await b.migrate();
      await runOn(a.url('web'), 'SELECT 1');
    }
  });

  async function roleOf(product: Product, role: string): Promise<string> {
    const [found] = await product.asAdmin<{ rolname: string }>(
      `SELECT rolname FROM pg_roles
       WHERE rolname = 'holdfast_${role}_' || (SELECT oid FROM pg_database WHERE datname = '${product.name}')`,
    );
    return String(found?.rolname);
  }

  async function versionOf(product: Product): Promise<number> {
    const [found] = await product.asAdmin<{ version: number }>(
      "SELECT current_setting('server_version_num')::int AS version",
    );
    return Number(found?.version);
  }
});
