import { accountId, requestId } from '../../contract/ids';
import type { FunctionName } from './calls';

/** An operation that may be one of several in a call of run_batch. */
export interface Batched {
  name: FunctionName;
  given: object;
  accountId: string;
  /** It as an item of run_batch, JSON. */
  item: string;
}

/** What every generation calls. */
const NAMES: readonly FunctionName[] = [
  'reserve_credits',
  'commit_reservation',
  'release_reservation',
];

/** A larger one would hold up the others of its batch. */
const ITEM_LENGTH_MAX = 32_768;

/** A NUL, or half a pair of surrogates, which JSON writes as an escape: Postgres takes neither. */
const NO_TEXT = /\\u(0000|d[89a-f])/;
const INTEGER_MAX = 2 ** 31 - 1;
const TIME = /^\d{4}-/;

/**
 * The call as an item of a batch; undefined if it goes alone: it is of another kind, or has a value
 * for which Postgres would refuse the batch.
 */
export function batchedOf(name: FunctionName, given: object): Batched | undefined {
  if (!NAMES.includes(name)) return undefined;
  const item: Record<string, unknown> = { name };
  for (const [member, value] of Object.entries(given)) {
    if (value === undefined || value === null) continue;
    if (!isTaken(member, value)) return undefined;
    item[member] = value;
  }
  if (item.accountId === undefined || item.requestId === undefined) return undefined;
  const text = JSON.stringify(item);
  if (text.length > ITEM_LENGTH_MAX || NO_TEXT.test(text)) return undefined;
  return { name, given, accountId: item.accountId as string, item: text };
}

function isTaken(member: string, value: unknown): boolean {
  if (member === 'accountId') return accountId.safeParse(value).success;
  if (member === 'requestId') return requestId.safeParse(value).success;
  if (member === 'notAfter') return TIME.test(String(value));
  if (member === 'catalogVersion' && Number(value) > INTEGER_MAX) return false;
  return typeof value !== 'number' || (Number.isSafeInteger(value) && value >= 0);
}
