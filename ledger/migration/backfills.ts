import type { Knex } from 'knex';
import { rowsOf } from '../roles/administration';
import { withShortLocks } from './short-locks';
import type { Standing } from './standing';

/**
 * What earlier versions have left is moved account by account, each batch in a transaction of its
 * own while everything goes on. A table with one row says how far it has come; the last batch
 * deletes the row. In this order: acts are taken over with their texts.
 */
export const BACKFILLS = [
  { table: 'earlier_acts', call: 'take_over_acts', name: 'taking earlier acts over' },
  { table: 'text_move', call: 'move_texts', name: 'moving texts' },
] as const;

export type Backfill = (typeof BACKFILLS)[number];

const ACCOUNTS_AT_ONCE = 200;
const TOLD_EVERY_MS = 5_000;

/** Those that have been begun and are not done. */
export async function openBackfills(database: Knex, standing: Standing): Promise<Backfill[]> {
  const open: Backfill[] = [];
  for (const backfill of BACKFILLS) {
    if (!standing.tables.includes(backfill.table)) continue;
    const left = await rowsOf(database, `SELECT FROM holdfast.${backfill.table}`);
    if (left.length > 0) open.push(backfill);
  }
  return open;
}

export async function runBackfill(
  database: Knex,
  { table, call, name }: Backfill,
  note: (line: string) => void,
): Promise<void> {
  let toldAtMs = performance.now();
  for (let more = true; more; ) {
    more = await withShortLocks(database, { name, note }, async (transaction) => {
      const [answer] = await rowsOf<{ more: boolean }>(
        transaction,
        `SELECT holdfast.${call}(?) AS more`,
        [ACCOUNTS_AT_ONCE],
      );
      return answer?.more === true;
    });
    if (!more || performance.now() - toldAtMs < TOLD_EVERY_MS) continue;
    toldAtMs = performance.now();
    const [at] = await rowsOf<{ account: string }>(
      database,
      `SELECT after_account_id AS account FROM holdfast.${table}`,
    );
    note(`Still ${name}: up to account ${at?.account}`);
  }
}
