import { HoldfastError } from '../domain/errors';

/** SQLSTATE classes 08 (connection), 53 (resources), 57P (shutdown), and refusals to log in: 28. */
const UNAVAILABLE = /^(08|53|57P|28|3D000)/;
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
  if (!(error instanceof Error)) return { code: '', message: String(error) };
  // A refused connection to a name with several addresses is an AggregateError without a message of its own.
  const inner = error instanceof AggregateError && error.errors[0] instanceof Error ? error.errors[0] : error;
  const code = 'code' in inner && typeof inner.code === 'string' ? inner.code : '';
  // knex puts the whole statement before the message.
  return { code, message: inner.message.slice(inner.message.lastIndexOf(' - ') + 1).replace(/^- /, '') };
}
