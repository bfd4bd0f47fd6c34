import type { HoldfastError } from '../../contract/errors';
import type { ImportLine, ImportReport, RefusedLine } from '../../contract/import';
import type { Outcome } from '../../contract/outcome';
import { creditsInWords } from '../words';
import type { Batch, GoodLine } from './group-lines';

/** Refusals that are kept for the report. All of them are told on the way. */
const REFUSALS_KEPT = 1_000;
const NOTE_EVERY = 50_000;

const COUNTED = { account: 'accounts', grant: 'grants', subscription: 'subscriptions' } as const;

/** What has become of the lines so far, and what is said of each. */
export class Tally {
  readonly #isDry: boolean;
  readonly #note: (line: string) => void;
  readonly #made = { accounts: 0, grants: 0, subscriptions: 0, credits: 0 };
  readonly #refusals: RefusedLine[] = [];
  #lines = 0;
  #known = 0;
  #refused = 0;

  constructor(isDry: boolean, note: (line: string) => void) {
    this.#isDry = isDry;
    this.#note = note;
  }

  add({ accounts, refused }: Batch, outcomes: Outcome<number>[]): void {
    const before = Math.floor(this.#lines / NOTE_EVERY);
    const told = accounts.flat().map((good, index) => this.#taken(good, outcomes[index]));
    const unsent = refused.map(({ number, said: { accountId, key }, error }) =>
      this.#refuse({
        line: number,
        ...(typeof accountId === 'string' && { accountId }),
        ...(typeof key === 'string' && { key }),
        ...wordsOf(error),
      }),
    );
    for (const { text } of [...told, ...unsent].sort((a, b) => a.line - b.line))
      if (text !== undefined) this.#note(text);
    this.#lines += told.length + unsent.length;
    if (Math.floor(this.#lines / NOTE_EVERY) > before) this.#note(this.#soFar());
  }

  report(): Omit<ImportReport, 'file'> {
    return {
      dryRun: this.#isDry,
      lines: this.#lines,
      made: this.#made,
      known: this.#known,
      refused: this.#refused,
      refusals: this.#refusals,
    };
  }

  #taken({ number, line }: GoodLine, outcome: Outcome<number> | undefined) {
    if (outcome === undefined) throw new Error('the ledger has not answered for each line');
    const { accountId, key } = line;
    if (!outcome.ok)
      return this.#refuse({ line: number, accountId, key, ...wordsOf(outcome.refusal) });
    if (outcome.replayed) {
      this.#known += 1;
      return { line: number, text: this.#isDry ? `line ${number}: there already` : undefined };
    }
    this.#made[COUNTED[line.type]] += 1;
    this.#made.credits += outcome.value;
    const text = this.#isDry ? `line ${number}: ${inWords(line, outcome.value)}` : undefined;
    return { line: number, text };
  }

  #refuse(refusal: RefusedLine) {
    this.#refused += 1;
    if (this.#refusals.length < REFUSALS_KEPT) this.#refusals.push(refusal);
    const { line, code, message } = refusal;
    return { line, text: `line ${line}: ${code}: ${message}` };
  }

  #soFar(): string {
    const [lines, known, refused] = [this.#lines, this.#known, this.#refused].map((count) =>
      count.toLocaleString('en-US'),
    );
    return `${lines} lines so far: ${known} were there already, ${refused} refused.`;
  }
}

const wordsOf = ({ code, message }: Pick<HoldfastError, 'code' | 'message'>) => ({ code, message });

function inWords(line: ImportLine, credits: number): string {
  const { accountId } = line;
  if (line.type === 'account') return `account ${accountId}`;
  if (line.type === 'grant') return `${line.source} of ${creditsInWords(credits)} to ${accountId}`;
  return `subscription ${line.subscriptionId} (${line.planId}) of ${accountId}, ${creditsInWords(credits)} left`;
}
