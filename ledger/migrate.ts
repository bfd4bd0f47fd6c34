import type { Knex } from 'knex';
import { builtInCatalog } from '../catalog/catalog';
import type { ActWords } from '../contract/act';
import type { CatalogVersion } from '../contract/catalog';
import { applyCatalogIn } from './apply-catalog';
import { openDatabase } from './connection/database';
import { sqlStateOf, translateError } from './connection/errors';
import { accessDiffers } from './migration/access-standing';
import { type Backfill, openBackfills, runBackfill } from './migration/backfills';
import { buildIndex } from './migration/build-index';
import { expectUtf8 } from './migration/encoding';
import { type Plan, planFor, stepsOf } from './migration/plan';
import {
  dropAllReplaced,
  dropConstraints,
  replacedByTable,
} from './migration/replaced-constraints';
import { withShortLocks } from './migration/short-locks';
import { readStanding } from './migration/standing';
import * as steps from './migration/steps';
import { inTurn, type Turn } from './migration/turn';
import { rowsOf } from './roles/administration';
import { connectionsDiffer, restrictConnections } from './roles/database-access';
import { ensureRoles, otherMembers, type RoleNames, roleNames } from './roles/database-roles';
import { loginSteps } from './roles/login-standing';
import {
  changedPasswords,
  ensureLogins,
  type Login,
  type LoginUrls,
  loginsOf,
  type Passwords,
} from './roles/logins';

/** `migrationUrl` is the connection of a role that may create schemas and roles. */
export interface MigrateOptions extends LoginUrls {
  /**
   * The catalog of an empty ledger, the built-in one by default. A ledger with a catalog keeps it.
   */
  catalog?: CatalogVersion[];
  /** Why, and who migrates. */
  words?: ActWords;
  /** Is told of each migration before it is applied, and waited for. */
  log?: (line: string) => unknown;
  /**
   * Is told of each other step, of what takes long, and of what an operator has to know of logins.
   * The steps wait for it.
   */
  note?: (line: string) => unknown;
}

/** What is to be done. */
interface Work {
  plan: Plan;
  /** Rights of roles in the schema. */
  access: boolean;
  connections: boolean;
  backfills: Backfill[];
  catalog: boolean;
  logins: string[];
}

interface Migration extends Required<Omit<MigrateOptions, keyof LoginUrls>> {
  database: Knex;
  migrationUrl: string;
  names: RoleNames;
  givenLogins: Login[];
  passwords: Passwords;
}

/**
 * Brings the schema up to date: tables, indexes, functions, views, rights, roles, logins, a first
 * catalog. Each step is a transaction of its own that holds nothing up for long (decision 0034);
 * a new ledger is made by one transaction. What is as it should be is only read. Concurrent calls
 * wait for each other; one that was interrupted goes on with the next.
 *
 * @throws HoldfastError LEDGER_UNAVAILABLE, LEDGER_TLS_FAILED, DATABASE_UNSUITABLE,
 *   LEDGER_ACCESS_DENIED, LEDGER_NEWER, MIGRATION_BLOCKED, INVALID_ARGUMENT, and what `applyCatalog`
 *   throws
 */
export async function migrate(options: MigrateOptions): Promise<void> {
  await withMigration(options, async (migration) => {
    await install(migration);
    const work = await readWork(migration);
    if (linesOf(work).length > 0) {
      await listSwitches(migration);
      await inTurn(migration.database, migration.note, (turn) => upgrade(migration, turn));
    }
    const { database, names, givenLogins, note } = migration;
    for (const line of await otherMembers(database, names, givenLogins)) await note(line);
    if (!work.connections)
      for (const line of await restrictConnections(database, names)) await note(line);
  });
}

/**
 * What `migrate` would do, a line each. Reads only.
 *
 * @throws HoldfastError as `migrate` does
 */
export function plannedSteps(options: MigrateOptions): Promise<string[]> {
  return withMigration(options, async (migration) => linesOf(await readWork(migration)));
}

async function withMigration<T>(
  {
    catalog = builtInCatalog(),
    words = {},
    log = () => {},
    note = () => {},
    ...urls
  }: MigrateOptions,
  action: (migration: Migration) => Promise<T>,
): Promise<T> {
  const { migrationUrl } = urls;
  const givenLogins = loginsOf(urls);
  const database = openDatabase(migrationUrl, 3);
  try {
    await expectUtf8(database);
    const passwords = await changedPasswords(database, migrationUrl, givenLogins);
    const names = await roleNames(database);
    const given = { catalog, words, log, note, migrationUrl, givenLogins };
    return await action({ ...given, database, names, passwords });
  } catch (error) {
    throw translateError(error);
  } finally {
    await database.destroy();
  }
}

async function readWork({ database, names, givenLogins, passwords }: Migration): Promise<Work> {
  const standing = await readStanding(database);
  return {
    plan: planFor(standing),
    access: await accessDiffers(database, names),
    connections: await connectionsDiffer(database, names),
    backfills: await openBackfills(database, standing),
    catalog: !(await hasCatalog(database, standing.tables)),
    logins: await loginSteps(database, names, givenLogins, new Set(passwords.keys())),
  };
}

function linesOf({ plan, access, connections, backfills, catalog, logins }: Work): string[] {
  return [
    ...logins,
    ...stepsOf(plan),
    ...(access ? ['set the rights of the roles'] : []),
    ...(connections ? ['set who may connect'] : []),
    ...(catalog ? ['apply the first catalog'] : []),
    ...backfills.map(({ name }) => `go on ${name}`),
  ];
}

/** Makes a ledger where there is none, by one transaction: nothing uses it yet. */
async function install(migration: Migration): Promise<void> {
  const { database, log, note } = migration;
  while (!(await readStanding(database)).exists) {
    try {
      await withShortLocks(database, { name: 'a new ledger', note }, async (transaction) => {
        await steps.beginSchema(transaction);
        const standing = await readStanding(transaction);
        if (standing.exists) return;
        const plan = planFor(standing);
        for (const name of plan.migrations) {
          await log(`Applying migration ${name}`);
          await steps.changeTables(transaction, name);
        }
        for (const { statement } of plan.indexes)
          await transaction.raw(statement.replace(' CONCURRENTLY', ''));
        for (const constraint of (await readStanding(transaction)).unchecked)
          await steps.checkConstraint(transaction, constraint);
        const names = await ensureRoles(transaction);
        await steps.switchFunctions(transaction, plan, names);
        await dropAllReplaced(transaction);
        await steps.replaceViews(transaction, plan.views);
        await steps.setAccess(transaction, names);
        await applyCatalogIn(transaction, migration.catalog);
        await recordMigration(transaction, plan, migration.words);
      });
    } catch (error) {
      if (!ALREADY_THERE.test(sqlStateOf(error))) throw error;
      // Another one has made it meanwhile, or something of that name is no ledger's.
      if (!(await readStanding(database)).exists) throw error;
    }
  }
}

/** Before the turn, which is a lock of the same table. */
async function listSwitches({ database, note }: Migration): Promise<void> {
  if ((await readStanding(database)).listsSwitches) return;
  await withShortLocks(database, { name: 'the list of migrations', note }, steps.beginSchema);
}

/** A schema, a table or a name in a catalog of Postgres. */
const ALREADY_THERE = /^(42P06|42P07|23505)$/;

async function upgrade(migration: Migration, turn: Turn): Promise<void> {
  const { database, migrationUrl, names, note } = migration;
  const inStep = async <T>(name: string, work: (transaction: Knex.Transaction) => Promise<T>) => {
    await turn.ensure();
    return withShortLocks(database, { name, note, own: [turn.pid] }, work);
  };
  const { plan, connections, logins } = await readWork(migration);
  if (logins.length > 0) {
    const changes = await inStep('roles and logins', (transaction) =>
      setLogins(migration, transaction),
    );
    for (const line of changes) await note(line);
  }
  for (const name of plan.migrations) {
    await migration.log(`Applying migration ${name}`);
    await inStep(`migration ${name}`, async (transaction) => {
      await steps.untilOperationsEnd(transaction);
      await steps.changeTables(transaction, name);
    });
  }
  for (const index of plan.indexes) {
    await note(`Building index ${index.name}`);
    await turn.ensure();
    await buildIndex(migrationUrl, index, note);
  }
  if (plan.functions.length + plan.switches.length > 0) {
    await note('Replacing functions');
    await inStep('functions', async (transaction) => {
      await steps.untilOperationsEnd(transaction);
      await steps.switchFunctions(transaction, plan, names);
      await recordMigration(transaction, plan, migration.words);
    });
  }
  if (plan.views.length > 0) {
    await note('Replacing views');
    await inStep('views', (transaction) => steps.replaceViews(transaction, plan.views));
  }
  if (await accessDiffers(database, names))
    await inStep('rights', (transaction) => steps.setAccess(transaction, names));
  if (connections)
    for (const line of await inStep('connections', (transaction) =>
      restrictConnections(transaction, names),
    ))
      await note(line);
  await finish(migration, inStep);
}

type InStep = <T>(name: string, work: (transaction: Knex.Transaction) => Promise<T>) => Promise<T>;

/** What may take long, and what nothing waits for. */
async function finish({ database, catalog, note }: Migration, inStep: InStep): Promise<void> {
  for (const { table, names } of await replacedByTable(database)) {
    await note(`Dropping constraints of ${table}`);
    await inStep(`constraints of ${table}`, (transaction) =>
      dropConstraints(transaction, table, names),
    );
  }
  const standing = await readStanding(database);
  if (!(await hasCatalog(database, standing.tables)))
    await inStep('the first catalog', (transaction) => applyCatalogIn(transaction, catalog));
  for (const constraint of standing.unchecked) {
    const { name, table } = constraint;
    await note(`Checking constraint ${name} of ${table}`);
    await inStep(`constraint ${name}`, (transaction) =>
      steps.checkConstraint(transaction, constraint),
    );
  }
  for (const backfill of await openBackfills(database, standing)) {
    await note(`Begin ${backfill.name}`);
    await runBackfill(database, backfill, note);
  }
}

async function setLogins(
  { names, givenLogins, passwords }: Migration,
  transaction: Knex.Transaction,
): Promise<string[]> {
  await ensureRoles(transaction);
  return ensureLogins(transaction, names, givenLogins, passwords);
}

async function hasCatalog(database: Knex, tables: string[]): Promise<boolean> {
  if (!tables.includes('catalog_versions')) return false;
  return (await rowsOf(database, 'SELECT FROM holdfast.catalog_versions LIMIT 1')).length > 0;
}

/** A migration is an operator's act. One that finds nothing to apply is none. */
async function recordMigration(
  transaction: Knex.Transaction,
  { switches }: Plan,
  { reason, by }: ActWords,
): Promise<void> {
  if (switches.length === 0) return;
  await transaction.raw("SELECT holdfast.record_operator_act('*', 'migrate', ?::jsonb, ?, ?)", [
    JSON.stringify({ applied: switches }),
    reason ?? null,
    by ?? null,
  ]);
}
