import { HoldfastError } from '../../contract/errors';
import { KNOWN_MIGRATIONS } from './known-migrations';
import { type Index, largeIndexes, readMigration, type SqlFile, sqlFiles } from './sql-files';
import type { Constraint, Standing } from './standing';
import { isNewer, THIS_VERSION } from './version';

/** What a migration has to do, besides roles, logins and the first catalog. */
export interface Plan {
  /** The ledger is new: all of it is made at once. */
  isNew: boolean;
  /** Migrations whose tables are missing. */
  migrations: string[];
  indexes: Index[];
  /** Migrations, these among them, that wait for their functions. */
  switches: string[];
  functions: SqlFile[];
  views: SqlFile[];
  /** Constraints that don't hold for earlier rows yet. */
  constraints: Constraint[];
  /** Constraints whose place a trigger has taken. */
  replaced: Constraint[];
}

/**
 * Compares a schema with this version.
 *
 * @throws HoldfastError LEDGER_NEWER
 */
export function planFor(standing: Standing): Plan {
  refuseNewer(standing.applied.filter((name) => !KNOWN_MIGRATIONS.includes(name)));
  const migrations = KNOWN_MIGRATIONS.filter((name) => !standing.applied.includes(name));
  const switches = [...standing.unswitched, ...migrations].sort();
  const drops = switches.some((name) => readMigration(name).switches !== '');
  const functions = changed('functions', standing, standing.functionsAsLeft && !drops);
  const views = changed('views', standing, standing.viewsAsLeft);
  if (functions.length > 0) refuseNewerFunctions(standing);
  return {
    isNew: !standing.exists,
    migrations,
    indexes: largeIndexes().filter(({ name }) => !standing.indexes.includes(name)),
    switches,
    functions,
    views,
    constraints: standing.unchecked,
    replaced: standing.replaced,
  };
}

/** All of them, unless they stand as they were left. */
function changed(folder: 'functions' | 'views', { sources }: Standing, asLeft: boolean): SqlFile[] {
  return sqlFiles(folder).filter(({ path, hash }) => !asLeft || sources.get(path) !== hash);
}

/** Older functions on newer tables would take rules back that the newer version has promised. */
function refuseNewer(unknown: string[]): void {
  if (unknown.length === 0) return;
  throw new HoldfastError(
    'LEDGER_NEWER',
    `A newer Holdfast has migrated this ledger (${unknown.join(', ')}). Nothing was changed: migrate with that version. Workers of this one may go on.`,
    { migrations: unknown },
  );
}

function refuseNewerFunctions({ replacedBy }: Standing): void {
  if (!isNewer(replacedBy, THIS_VERSION)) return;
  throw new HoldfastError(
    'LEDGER_NEWER',
    `Holdfast ${replacedBy} has replaced this ledger’s functions, and this is ${THIS_VERSION}. Nothing was changed: migrate with that version. Workers of this one may go on.`,
    { version: replacedBy },
  );
}

/** The plan in words, a line each. */
export function stepsOf(plan: Plan): string[] {
  const { isNew, migrations, indexes, switches, functions, views, constraints, replaced } = plan;
  const waiting = switches.filter((name) => !migrations.includes(name));
  return [
    ...migrations.map((name) => `apply migration ${name}`),
    ...waiting.map((name) => `finish migration ${name}`),
    // A new ledger is made at once.
    ...(isNew ? [] : indexes.map(({ name }) => `build index ${name}`)),
    ...functions.map(({ path }) => `replace ${path}`),
    ...views.map(({ path }) => `replace ${path}`),
    ...replaced.map(({ table, name }) => `drop constraint ${name} of ${table}`),
    ...constraints.map(({ table, name }) => `check constraint ${name} of ${table}`),
  ];
}
