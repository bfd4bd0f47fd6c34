import type { Knex } from 'knex';
import type { ActWords } from '../contract/act';
import type { CatalogVersion } from '../contract/catalog';
import { HoldfastError } from '../contract/errors';
import { type LedgerAnswer, refusalOf } from './connection/answers';
import { openDatabase } from './connection/database';
import { translateError } from './connection/errors';

/**
 * Applies catalog versions, all or none. Identical versions are left alone; versions that are not
 * effective yet may be replaced. Only a role that may migrate sets prices, never a worker.
 *
 * @param migrationUrl the connection of a role that may migrate
 * @param words why, and who applies them
 * @returns the numbers of the versions that were written
 * @throws HoldfastError CATALOG_VERSION_EFFECTIVE, CATALOG_EFFECTIVE_IN_PAST, CATALOG_VERSION_GAP,
 * CATALOG_DUPLICATE, INVALID_CATALOG, LEDGER_UNAVAILABLE
 */
export async function applyCatalog(
  migrationUrl: string,
  versions: CatalogVersion[],
  words: ActWords = {},
): Promise<{ applied: number[] }> {
  const database = openDatabase(migrationUrl, 1);
  try {
    return await database.transaction((transaction) =>
      applyCatalogIn(transaction, versions, words),
    );
  } catch (error) {
    throw translateError(error);
  } finally {
    await database.destroy();
  }
}

/** `applyCatalog` within a transaction. Throws its refusals, and the driver's own errors. */
export async function applyCatalogIn(
  transaction: Knex.Transaction,
  versions: CatalogVersion[],
  { reason, by }: ActWords = {},
): Promise<{ applied: number[] }> {
  const { rows } = await transaction.raw<{
    rows: { answer: LedgerAnswer<{ applied: number[] }> }[];
  }>('SELECT holdfast.apply_catalog(?::jsonb, ?, ?) AS answer', [
    JSON.stringify(versions),
    reason ?? null,
    by ?? null,
  ]);
  const answer = rows[0]?.answer;
  if (!answer) throw new HoldfastError('INTERNAL', 'apply_catalog gave no answer.');
  if ('refusal' in answer) throw HoldfastError.of(refusalOf(answer.refusal));
  return answer.result;
}
