import fc from 'fast-check';
import { Pool } from 'pg';
import { translateError } from '../../../ledger/connection/errors';
import { granted, newId, TestLedger } from '../ledger-support';
import { FUNCTIONS, LITE, PACK } from './function-arguments';
import { type Args, hostile, leavesOf, withHostile } from './hostile-values-support';

/**
 * What a function stores of a value that the contract would turn away, a request without a kind, a
 * grant without a name, so that the audit finds it. No such value may change a figure.
 */
const SAID = [
  ...['reservation-says-how', 'entry-says-why', 'setting-was-said', 'top-up-was-said'],
  ...['order-was-said', 'grant-has-key', 'deduction-has-key'],
];

/** What the times of orders that were handed over are, for whichever account. */
const TOLD = 'order-not-ahead';

/** The functions that take arguments, with valid ones. */
export const TAKING = Object.entries(FUNCTIONS).filter(([, args]) => args('a').length > 0);

/** A ledger whose functions are called directly: nothing parses or refuses before them. */
export class HostileLedger {
  readonly books: TestLedger;
  readonly #serving: Pool;
  /** The accounts for which a function was called with random values. */
  readonly #tried = new Set<string>();

  private constructor(books: TestLedger) {
    this.books = books;
    this.#serving = new Pool({ connectionString: books.urls.ledgerUrl, max: 12 });
  }

  static async open(): Promise<HostileLedger> {
    return new HostileLedger(await TestLedger.open());
  }

  /** Fails if a value has changed a figure. */
  async closeAudited(): Promise<void> {
    const { violations } = await this.books.audit();
    const found = violations.filter(
      ({ invariant, accountId }) =>
        invariant !== TOLD && !(SAID.includes(invariant) && this.#tried.has(accountId)),
    );
    expect(found).toEqual([]);
    await this.#serving.end();
    await this.books.close();
  }

  /** An account with one of everything that an operation may act on. */
  async furnished(): Promise<string> {
    const account = newId();
    const { ledger } = this.books;
    await granted(ledger.subscriptions.subscribe(account, 's', LITE));
    await granted(this.books.reserve(account, 'open', 5));
    await granted(ledger.purchases.open(account, 'p', PACK));
    await granted(ledger.purchases.settle(account, 'p', 'paid'));
    await granted(ledger.purchases.settle(account, 'p', 'stray'));
    await this.books.park(account, 'waiting', 500);
    return account;
  }

  /** Fails unless the function answers or refuses so many random values, each in a place. */
  async expectAnswers(
    name: string,
    args: (account: string) => Args,
    numRuns: number,
  ): Promise<void> {
    const account = await this.furnished();
    this.#tried.add(account);
    expect(await this.outcomeOf(name, args(account))).toBe('answered');
    const place = fc.constantFrom(...leavesOf(args(account)));
    const property = fc.asyncProperty(place, hostile, async (path, value) => {
      expect(await this.outcomeOf(name, withHostile(args(account), path, value))).toBe('answered');
    });
    await fc.assert(property, { numRuns, endOnFailure: true });
    // The connections serve on, and the account too.
    expect(await this.books.ledger.balance(account)).toMatchObject({ accountId: account });
  }

  /** Returns an answer, a refusal, or an error that is not retryable, as `answered`. */
  async outcomeOf(name: string, args: Args): Promise<unknown> {
    const values = args.map((arg) => (isJson(arg) ? JSON.stringify(arg.json) : arg));
    try {
      const parameters = values.map((_, index) => `$${index + 1}`).join(', ');
      const called = `holdfast.${name.split(',')[0]}(${parameters})`;
      await this.#serving.query(`SELECT * FROM ${called}`, values);
      return 'answered';
    } catch (thrown) {
      const error = translateError(thrown);
      return ['VALUE_NOT_STORABLE', 'LEDGER_RULE_BROKEN'].includes(error.code) ? 'answered' : error;
    }
  }
}

function isJson(arg: unknown): arg is { json: unknown } {
  return typeof arg === 'object' && arg !== null && 'json' in arg;
}
