import { HoldfastError } from '../../contract/errors';
import type { ImportLine } from '../../contract/import';
import type { ParsedLine } from './parse-lines';

/** So that a batch is never held long, and an account's lock neither. */
const LINES_OF_ACCOUNT_MAX = 1_000;
const LINES_OF_BATCH = 400;

export interface GoodLine {
  number: number;
  line: ImportLine;
}

export interface RefusedBefore {
  number: number;
  said: ParsedLine['said'];
  error: HoldfastError;
}

/** Lines that are sent together, by account, and those that are refused unsent, in between. */
export interface Batch {
  accounts: GoodLine[][];
  refused: RefusedBefore[];
}

/**
 * Whole accounts in batches. A line of an account whose lines have ended is refused: the account's
 * lines are judged together, so that a dry run finds what the import would find.
 */
export async function* batchesOf(lines: AsyncIterable<ParsedLine>): AsyncGenerator<Batch> {
  const ended = new Set<string>();
  let batch: Batch = { accounts: [], refused: [] };
  let account: GoodLine[] = [];
  let size = 0;
  for await (const { number, said, line, error } of lines) {
    size += 1;
    const current = account[0]?.line.accountId;
    if (line === undefined) {
      if (error) batch.refused.push({ number, said, error });
    } else if (line.accountId !== current && ended.has(line.accountId)) {
      batch.refused.push({ number, said, error: split(line.accountId) });
    } else if (line.accountId === current && account.length >= LINES_OF_ACCOUNT_MAX) {
      batch.refused.push({ number, said, error: tooMany(line.accountId) });
    } else if (line.accountId === current) {
      account.push({ number, line });
    } else {
      if (size >= LINES_OF_BATCH) {
        yield batch;
        batch = { accounts: [], refused: [] };
        size = 1;
      }
      account = [{ number, line }];
      batch.accounts.push(account);
      ended.add(line.accountId);
    }
    if (batch.refused.length >= LINES_OF_BATCH) {
      yield { accounts: [], refused: batch.refused };
      batch.refused = [];
    }
  }
  yield batch;
}

const split = (accountId: string) =>
  new HoldfastError(
    'IMPORT_ACCOUNT_SPLIT',
    `Other lines of account ${accountId} stand further up, with another account’s in between: sort the file by account.`,
  );

const tooMany = (accountId: string) =>
  new HoldfastError(
    'IMPORT_ACCOUNT_SPLIT',
    `Account ${accountId} has more than ${LINES_OF_ACCOUNT_MAX.toLocaleString('en-US')} lines: put the others into a second file.`,
  );
