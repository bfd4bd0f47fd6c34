import { types } from 'node:util';
import { HoldfastError } from '../../contract/errors';

/**
 * SQLSTATE classes 08 (connection), 53 (resources), 57 (shutdown, a statement's time-out), and refusals to log in: 28.
 * A lock not given in time, a deadlock, a serialization failure and a server that only reads may also be over next time.
 */
const UNAVAILABLE = /^(08|53|57|28|3D000|55P03|40P01|40001|25006)/;
/** Undefined schema, table, column or function; or functions that this role may not call yet. */
const NOT_MIGRATED = /^(3F000|42P01|42703|42883|42501)$/;
const NETWORK = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ENOTFOUND',
  'EPIPE',
  'ETIMEDOUT',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENOENT',
]);

/** Driver errors → domain codes, here and nowhere else. */
export function translateError(error: unknown): HoldfastError {
  if (error instanceof HoldfastError) return error;
  const { code, message } = describe(error);
  const options = { cause: error };
  if (NETWORK.has(code) || UNAVAILABLE.test(code) || /timeout|terminated|ended|Connection/i.test(code ? '' : message)) {
    return new HoldfastError('LEDGER_UNAVAILABLE', `Postgres can't be reached: ${message}`, {}, options);
  }
  if (NOT_MIGRATED.test(code)) {
    return new HoldfastError(
      'LEDGER_NOT_MIGRATED',
      `The database is not ready for this version: ${message}. Run \`holdfast migrate\`.`,
      {},
      options,
    );
  }
  return new HoldfastError('INTERNAL', `The ledger failed: ${message}`, code ? { sqlState: code } : {}, options);
}

function describe(error: unknown): { code: string; message: string } {
  if (!isError(error)) return { code: '', message: String(error) };
  // A refused connection to a name with several addresses is an AggregateError without a message of its own.
  const inner = 'errors' in error && Array.isArray(error.errors) && isError(error.errors[0]) ? error.errors[0] : error;
  const code = 'code' in inner && typeof inner.code === 'string' ? inner.code : '';
  // knex puts the whole statement before the message.
  return { code, message: inner.message.slice(inner.message.lastIndexOf(' - ') + 1).replace(/^- /, '') };
}

/** Sockets' errors are those of Node's own realm, which in a vm context, jest's for one, is another than this module's. */
function isError(value: unknown): value is Error {
  return value instanceof Error || types.isNativeError(value);
}
