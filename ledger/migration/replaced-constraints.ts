import type { Knex } from 'knex';
import { readStanding } from './standing';

interface OfTable {
  table: string;
  names: string[];
}

/** The CHECKs whose place a trigger has taken, table by table. */
export async function replacedByTable(database: Knex): Promise<OfTable[]> {
  const tables = new Map<string, string[]>();
  for (const { table, name } of (await readStanding(database)).replaced)
    tables.set(table, [...(tables.get(table) ?? []), name]);
  return [...tables].map(([table, names]) => ({ table, names }));
}

/** Reads no row; other sessions wait for the table meanwhile. */
export async function dropConstraints(
  transaction: Knex.Transaction,
  table: string,
  names: readonly string[],
): Promise<void> {
  const drops = names.map((name) => `DROP CONSTRAINT ${name}`).join(', ');
  await transaction.raw(`ALTER TABLE ${table} ${drops}`);
}

/** In one transaction, of a ledger that is not in use yet. */
export async function dropAllReplaced(transaction: Knex.Transaction): Promise<void> {
  for (const { table, names } of await replacedByTable(transaction))
    await dropConstraints(transaction, table, names);
}
