import type { Knex } from 'knex';
import { HoldfastError } from '../../contract/errors';
import { rowsOf } from '../roles/administration';

/** Any text that is well-formed must be storable. */
export async function expectUtf8(database: Knex): Promise<void> {
  const [setting] = await rowsOf<{ server_encoding: string }>(database, 'SHOW server_encoding');
  const encoding = String(setting?.server_encoding);
  if (encoding === 'UTF8') return;
  throw new HoldfastError(
    'DATABASE_UNSUITABLE',
    `The database has the encoding ${encoding}, and the ledger's texts need UTF8. Make another: CREATE DATABASE … ENCODING 'UTF8' TEMPLATE template0. Nothing was changed.`,
    { encoding },
  );
}
