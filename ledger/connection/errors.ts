import { types } from 'node:util';
import { HoldfastError } from '../../contract/errors';
import { ACCESS, type LedgerView, VIEW_ACCESS } from '../access';
import type { FunctionName } from './calls';
import { type DriverError, setUpProblem } from './set-up-errors';

/**
 * SQLSTATE classes 08 (connection), 53 (resources), 57 (shutdown, a statement's time-out) and 28
 * (refused log-ins). A lock that was not given in time, a deadlock, a serialization failure and a
 * read-only server may also be over at the next attempt.
 */
const UNAVAILABLE = /^(08...|53...|57...|28...|3D000|55P03|40P01|40001|25006)$/;
/** An undefined schema, table, column or function. */
const NOT_MIGRATED = /^(3F000|42P01|42703|42883)$/;
const ACCESS_DENIED = '42501';
/** Classes 22 (data) and 54 (a limit of Postgres): the same value fails at every attempt. */
const UNSTORABLE = /^(22|54)...$/;
/**
 * Class 23 (integrity): the winner of a race causes it once, a fault of the ledger at each attempt.
 */
const RULE_BROKEN = /^23...$/;
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

/**
 * The likely SQLSTATEs of a value, in words. Postgres' own message repeats the value, which may be
 * huge, or a secret.
 */
const MEANINGS: Partial<Record<string, string>> = {
  '22001': 'a text is longer than its column',
  '22003': 'a number is out of range',
  '22007': 'a time is not written as one',
  '22008': 'a time or a duration is out of range',
  '22021': 'a text holds a character that no text may hold',
  '22023': 'a parameter has a value that it must not have',
  '22P02': 'a text is not written as its type is',
  '22P05': 'a text holds a character that no JSON may hold',
  '54000': 'a value is larger than an index or a document takes',
  '54001': 'a value is nested too deeply',
};

const MESSAGE_LENGTH_MAX = 500;

/**
 * The one place where a driver's error becomes a domain code. `called` is the function that was
 * called, or the view that was read.
 */
export function translateError(error: unknown, called?: FunctionName | LedgerView): HoldfastError {
  if (error instanceof HoldfastError) return error;
  const described = describe(error);
  const { code, message } = described;
  const details = code ? { sqlState: code } : {};
  const options = { cause: error };
  const problem = setUpProblem(described);
  if (problem) return new HoldfastError(problem.code, problem.message, {}, options);
  if (
    NETWORK.has(code) ||
    UNAVAILABLE.test(code) ||
    /timeout|terminated|ended|Connection/i.test(code ? '' : message)
  ) {
    return new HoldfastError(
      'LEDGER_UNAVAILABLE',
      `Postgres can't be reached: ${message}`,
      {},
      options,
    );
  }
  if (NOT_MIGRATED.test(code)) {
    return new HoldfastError(
      'LEDGER_NOT_MIGRATED',
      `The database is not ready for this version: ${message}. Run \`holdfast migrate\`.`,
      {},
      options,
    );
  }
  if (code === ACCESS_DENIED) return accessDenied(message, called, options);
  if (UNSTORABLE.test(code)) {
    const meaning = MEANINGS[code] ?? 'a value is not allowed';
    // The cause is left out: it repeats the value.
    return new HoldfastError(
      'VALUE_NOT_STORABLE',
      `The ledger can't take this: ${meaning} (SQLSTATE ${code}).`,
      details,
    );
  }
  if (RULE_BROKEN.test(code)) {
    return new HoldfastError(
      'LEDGER_RULE_BROKEN',
      `A rule of the ledger forbids it: ${message}`,
      details,
      options,
    );
  }
  return new HoldfastError('INTERNAL', `The ledger failed: ${message}`, details, options);
}

function accessDenied(
  message: string,
  called: FunctionName | LedgerView | undefined,
  options: ErrorOptions,
): HoldfastError {
  if (called === undefined)
    return new HoldfastError(
      'LEDGER_ACCESS_DENIED',
      `This login of the database may not do that: ${message}.`,
      {},
      options,
    );
  const roles =
    called in VIEW_ACCESS ? VIEW_ACCESS[called as LedgerView] : ACCESS[called as FunctionName];
  return new HoldfastError(
    'LEDGER_ACCESS_DENIED',
    `${called} takes a login with the role ${roles.join(' or ')} of this database, which this login hasn't. \`holdfast migrate\` gives it to the logins that its environment names.`,
    { called, roles },
    options,
  );
}

/** The SQLSTATE of a driver's error, or the code of a network's; empty if it has none. */
export function sqlStateOf(error: unknown): string {
  return describe(error).code;
}

function describe(error: unknown): DriverError {
  if (!isError(error)) return { code: '', message: String(error) };
  // A refused connection to a name with several addresses is an AggregateError without a message.
  const inner =
    'errors' in error && Array.isArray(error.errors) && isError(error.errors[0])
      ? error.errors[0]
      : error;
  const code = 'code' in inner && typeof inner.code === 'string' ? inner.code : '';
  // knex puts the whole statement before the message.
  const message = inner.message.slice(inner.message.lastIndexOf(' - ') + 1).replace(/^- /, '');
  const syscall = 'syscall' in inner ? String(inner.syscall) : undefined;
  return { code, message: message.slice(0, MESSAGE_LENGTH_MAX), syscall };
}

/** In a vm context, such as jest's, an error of a socket belongs to Node's own realm. */
function isError(value: unknown): value is Error {
  return value instanceof Error || types.isNativeError(value);
}
