import { noTurn } from './account-shares';
import type { Batched } from './batched';

/** How operations reach the ledger. */
export interface BatchCalls {
  /** Makes an operation's own call, and gives its answer. */
  alone(operation: Batched): Promise<unknown>;
  /**
   * Makes one call for all of them, and gives an answer for each, in their order: null for an
   * operation that was not run. With `waits` they are of one account.
   */
  together(operations: Batched[], waits: boolean): Promise<unknown[]>;
}

/** An operation that waits, or is under way. */
interface Member {
  operation: Batched;
  account: Account;
  onTurn: (() => void) | undefined;
  resolve(answer: unknown): void;
  reject(error: unknown): void;
  timer: NodeJS.Timeout;
}

interface Account {
  id: string;
  isUnderWay: boolean;
  /** In the order in which they came. */
  waiting: Member[];
}

/** One that waits for the disk, and one that computes. */
const CALLS_MAX = 2;
const OPERATIONS_MAX = 64;
/** A call that takes longer waits for a lock. It no longer counts, so that it holds up no others. */
const COUNTED_MS = 50;

/**
 * Sends an operation at once where nothing of its account is under way, and few calls are. What comes
 * meanwhile travels together in the next call, in the order in which it came.
 */
export class Batches {
  readonly #calls: BatchCalls;
  readonly #withinMs: number;
  readonly #callsMax: number;
  readonly #accounts = new Map<string, Account>();
  /** Accounts with operations that wait, none of them under way. */
  readonly #ready = new Set<Account>();
  #underWay = 0;

  /**
   * @param withinMs how long an operation waits to be sent
   * @param connections of the process; batches take half of them at most
   */
  constructor(calls: BatchCalls, withinMs: number, connections: number) {
    this.#calls = calls;
    this.#withinMs = withinMs;
    this.#callsMax = Math.max(1, Math.min(CALLS_MAX, Math.floor(connections / 2)));
  }

  /** The operation's answer. @throws HoldfastError LEDGER_UNAVAILABLE if it can't be sent in time */
  run(operation: Batched, onTurn?: () => void): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const account = this.#accountOf(operation.accountId);
      const timer = setTimeout(() => this.#giveUp(member), this.#withinMs);
      const member: Member = { operation, account, onTurn, resolve, reject, timer };
      account.waiting.push(member);
      if (!account.isUnderWay) this.#ready.add(account);
      this.#send();
    });
  }

  #accountOf(id: string): Account {
    const known = this.#accounts.get(id);
    if (known) return known;
    const account = { id, isUnderWay: false, waiting: [] };
    this.#accounts.set(id, account);
    return account;
  }

  #giveUp(member: Member): void {
    const { account } = member;
    account.waiting.splice(account.waiting.indexOf(member), 1);
    member.reject(noTurn(account.id, this.#withinMs));
    if (account.waiting.length > 0) return;
    this.#ready.delete(account);
    if (!account.isUnderWay) this.#accounts.delete(account.id);
  }

  #send(): void {
    while (this.#underWay < this.#callsMax && this.#ready.size > 0) this.#call(this.#next());
  }

  /** The operations of the next call: whole accounts, as far as there is room. */
  #next(): Member[] {
    const members: Member[] = [];
    for (const account of this.#ready) {
      members.push(...account.waiting.splice(0, OPERATIONS_MAX - members.length));
      account.isUnderWay = true;
      this.#ready.delete(account);
      if (members.length === OPERATIONS_MAX) break;
    }
    for (const { timer, onTurn } of members) {
      clearTimeout(timer);
      onTurn?.();
    }
    return members;
  }

  #call(members: Member[]): void {
    this.#underWay += 1;
    let isCounted = true;
    const ended = () => {
      clearTimeout(timer);
      if (isCounted) this.#underWay -= 1;
      isCounted = false;
      this.#send();
    };
    const timer = setTimeout(ended, COUNTED_MS);
    const [first] = members;
    if (members.length === 1 && first)
      this.#alone(first).then(() => {
        this.#free(first.account);
        ended();
      });
    else
      this.#together(members).then((unanswered) => {
        // Those who have their answers may ask again at once, and are to travel together again.
        setImmediate(() => {
          for (const account of new Set(members.map((member) => member.account)))
            if (!unanswered.has(account)) this.#free(account);
          ended();
        });
      });
  }

  /**
   * Makes one call for all of them. Of those that it doesn't answer each account goes on by itself:
   * its operations together where its lock is to be waited for, and each alone after an error. It
   * may be one operation's, or the connection's, and that may have broken after the end: by its key
   * each operation finds what was done.
   *
   * @returns the accounts that go on
   */
  async #together(members: Member[]): Promise<ReadonlySet<Account>> {
    const operations = members.map(({ operation }) => operation);
    const [first] = members;
    const waits = members.every(({ account }) => account === first?.account);
    const answers = await this.#calls.together(operations, waits).catch(() => undefined);
    const unanswered = new Map<Account, Member[]>();
    for (const [index, member] of members.entries()) {
      const answer = answers?.[index] ?? null;
      if (answer !== null) member.resolve(answer);
      else unanswered.set(member.account, [...(unanswered.get(member.account) ?? []), member]);
    }
    for (const [account, own] of unanswered) void this.#goOn(account, own, !!answers && !waits);
    return new Set(unanswered.keys());
  }

  async #goOn(account: Account, members: Member[], isTogether: boolean): Promise<void> {
    if (isTogether && members.length > 1) {
      const further = await this.#together(members);
      if (further.has(account)) return;
    } else await this.#oneByOne(members);
    this.#free(account);
    this.#send();
  }

  /** In their order: one that takes until its time-out has no lock that the next would wait for. */
  async #oneByOne(members: Member[]): Promise<void> {
    const untilMs = performance.now() + this.#withinMs;
    for (const member of members)
      if (performance.now() <= untilMs) await this.#alone(member);
      else member.reject(noTurn(member.account.id, this.#withinMs));
  }

  async #alone({ operation, resolve, reject }: Member): Promise<void> {
    await this.#calls.alone(operation).then(resolve, reject);
  }

  #free(account: Account): void {
    account.isUnderWay = false;
    if (account.waiting.length > 0) this.#ready.add(account);
    else this.#accounts.delete(account.id);
  }
}
