import type { KeyObject } from 'node:crypto';
import type { Violation } from '../../contract/audit';
import type { CheckpointStatement } from '../../contract/checkpoint';
import type { Ledger } from '../../ledger/ledger';
import { compareWithCheckpoint, expectOwnCheckpoint } from './compare-with-checkpoint';
import { readCheckpoint } from './read-checkpoint';

interface CheckedFile {
  file: string;
  statement: CheckpointStatement;
  /** Whether it has the account that is asked about. */
  isSigned: boolean;
}

/**
 * The checkpoints of one comparison, oldest first. Each file is read once to be refused early, and
 * again to be compared, so that the accounts of one alone are in memory.
 */
export class GivenCheckpoints {
  readonly #files: CheckedFile[];
  readonly #keys: ReadonlyMap<string, KeyObject>;
  readonly #accountId: string | undefined;

  private constructor(
    files: CheckedFile[],
    keys: ReadonlyMap<string, KeyObject>,
    accountId: string | undefined,
  ) {
    this.#files = files;
    this.#keys = keys;
    this.#accountId = accountId;
  }

  /** @throws HoldfastError what `readCheckpoint` and `expectOwnCheckpoint` throw */
  static async of(
    ledger: Ledger,
    files: string[],
    keys: ReadonlyMap<string, KeyObject>,
    accountId: string | undefined,
  ): Promise<GivenCheckpoints> {
    const given: CheckedFile[] = [];
    for (const file of files) {
      const checkpoint = await readCheckpoint(file, keys);
      await expectOwnCheckpoint(ledger, checkpoint);
      const { statement, accounts } = checkpoint;
      const isSigned = accounts.some((signed) => signed.accountId === accountId);
      given.push({ file, statement, isSigned });
    }
    given.sort((one, other) => Date.parse(one.statement.at) - Date.parse(other.statement.at));
    return new GivenCheckpoints(given, keys, accountId);
  }

  get statements(): CheckpointStatement[] {
    return this.#files.map(({ statement }) => statement);
  }

  /** Whether one of them has the account that is asked about. */
  get haveAccount(): boolean {
    return this.#files.some(({ isSigned }) => isSigned);
  }

  /** What the ledger lacks of any of them: each invariant of an account once, by the oldest. */
  async compare(ledger: Ledger): Promise<Violation[]> {
    const found = new Map<string, Violation>();
    for (const { file } of this.#files) {
      const checkpoint = await readCheckpoint(file, this.#keys);
      for (const violation of await compareWithCheckpoint(ledger, checkpoint, this.#accountId)) {
        const what = `${violation.invariant} ${violation.accountId}`;
        if (!found.has(what)) found.set(what, violation);
      }
    }
    return [...found.values()];
  }
}
