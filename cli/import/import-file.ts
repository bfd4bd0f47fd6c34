import { HoldfastError } from '../../contract/errors';
import type { ImportedAccount, ImportReport, ImportRequest } from '../../contract/import';
import type { Outcome } from '../../contract/outcome';
import type { Imports, Ledger } from '../../ledger/ledger';
import { type Batch, batchesOf, type GoodLine } from './group-lines';
import { parsedLines } from './parse-lines';
import { linesOf } from './read-lines';
import { Tally } from './tally';

/** Batches under way at once: as many as the command has connections. */
const AT_ONCE = 2;

type Taken = { batch: Batch; outcomes: Outcome<number>[] };

/**
 * Takes over what a file says, in batches of whole accounts. Each line is done whole or not at all,
 * once per account and key: after an outage the same file goes on where it was.
 *
 * @throws HoldfastError IMPORT_FILE_INVALID, and what the ledger throws
 */
export async function importFile(
  ledger: Ledger,
  file: string,
  { isDry, ...words }: ImportRequest & { isDry: boolean },
  note: (line: string) => void,
): Promise<ImportReport> {
  // Asked for first: over HTTP there is none.
  const { imports } = ledger;
  const tally = new Tally(isDry, note);
  const underWay: Promise<Taken>[] = [];
  const take = async (batch: Batch): Promise<Taken> => ({
    batch,
    outcomes: await takeBatch(imports, batch.accounts, { ...words, isDry }),
  });
  // In the order of the file, whichever batch is done first.
  const count = async () => {
    const taken = await underWay.shift();
    if (taken) tally.add(taken.batch, taken.outcomes);
  };
  try {
    for await (const batch of batchesOf(parsedLines(linesOf(file)))) {
      underWay.push(take(batch));
      if (underWay.length >= AT_ONCE) await count();
    }
    while (underWay.length > 0) await count();
  } finally {
    await Promise.allSettled(underWay);
  }
  return { file, ...tally.report() };
}

/** What the ledger can't take for good keeps no other account from being taken over. */
async function takeBatch(
  imports: Imports,
  accounts: GoodLine[][],
  words: ImportRequest & { isDry: boolean },
): Promise<Outcome<number>[]> {
  if (accounts.length === 0) return [];
  try {
    return await imports.take(accounts.map(accountOf), words);
  } catch (error) {
    if (!isOfData(error)) throw error;
    if (accounts.length === 1) return refusedAll(accounts[0] ?? [], error);
    const outcomes: Outcome<number>[] = [];
    for (const account of accounts) outcomes.push(...(await takeBatch(imports, [account], words)));
    return outcomes;
  }
}

function accountOf(lines: GoodLine[]): ImportedAccount {
  return {
    accountId: lines[0]?.line.accountId ?? '',
    lines: lines.map(({ line: { accountId: _, key, ...body } }) => ({ key, body })),
  };
}

function isOfData(error: unknown): error is HoldfastError {
  return (
    error instanceof HoldfastError &&
    ['VALUE_NOT_STORABLE', 'LEDGER_RULE_BROKEN'].includes(error.code)
  );
}

function refusedAll(lines: GoodLine[], { code, message }: HoldfastError): Outcome<number>[] {
  return lines.map(() => ({ ok: false, refusal: { code, message } }));
}
