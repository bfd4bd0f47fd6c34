import { channel } from 'node:diagnostics_channel';
import { Pool, types } from 'pg';
import { HoldfastError } from '../../contract/errors';
import type { Deliver, OutboxMessage } from '../../contract/outbox';
import type { Outcome } from '../../contract/outcome';
import { schemaLevels } from '../../contract/upkeep';
import { FUNCTIONS } from '../functions';
import { AccountPlaces } from './account-places';
import { AccountShares, shareOfAnAccount } from './account-shares';
import { type LedgerAnswer, outcomeOf } from './answers';
import { batchedOf } from './batched';
import { type BatchCalls, Batches } from './batches';
import type {
  Answer,
  CommandName,
  FunctionName,
  Given,
  LedgerCalls,
  OperationName,
  PageName,
  ValueName,
} from './calls';
import { checkingUrl } from './database-url';
import { translateError } from './errors';
import { expectSchema } from './expect-schema';
import { LedgerClock } from './ledger-clock';
import { type ObserveCall, observed } from './observed-call';
import { answerIn, type Statement, statementOf } from './sql-function';

const INT8_OID = 20;

/** Tickets that one operation takes out of a queue because their workflows have ended. */
const DROPPED_MAX = 10;

/**
 * What an operation relies on: a database or a login may have other defaults. It is sent as a
 * statement, because a pooler such as PgBouncer refuses most parameters of a connection's start.
 * A session keeps the plan that it has made for a small table, so none may read a whole table where
 * there is an index: a new ledger would be slower with each row until the server looks again.
 */
const sessionOf = (statementMsMax: number) => `SET statement_timeout = ${statementMsMax};
  SET lock_timeout = 5000; SET default_transaction_isolation = 'read committed';
  SET DateStyle = 'ISO'; SET TimeZone = 'UTC'; SET enable_seqscan = off`;

const SCHEMA_LEVELS = statementOf('schema_levels', FUNCTIONS.schema_levels, {});

/** Each answer of a SQL function, as `{ name, answers }`. The tests hold them to their schemas. */
const ANSWERS = channel('holdfast:ledger-answers');

export interface LedgerOptions {
  /** The connection of a login whose roles may call what the process calls (`access.ts`). */
  databaseUrl: string;
  /** 10 by default. */
  maxConnections?: number;
  /** How long a statement may take; 10,000 by default. */
  statementMsMax?: number;
  /** How long a call waits for a connection, a free one or a new one; 3,000 by default. */
  connectWithinMs?: number;
  /**
   * How many operations of one account may run or wait in this process; any number by default. A
   * worker bounds them, because each has one of its slots.
   */
  accountPlacesMax?: number;
  /**
   * Whether reserves, commits and releases that come while a call is under way travel together in
   * the next one; true by default.
   */
  batches?: boolean;
  /**
   * Delivers a message that an operation has left in the outbox. Without it reconciliation does,
   * within its interval.
   */
  deliver?: Deliver;
  /** Is told of each call of a SQL function when it has ended. */
  observe?: ObserveCall;
}

/** The connections of a process. An operation's messages are delivered before its answer is returned. */
export class Connection implements LedgerCalls {
  readonly #pool: Pool;
  readonly #places: AccountPlaces;
  readonly #shares: AccountShares;
  readonly #batches: Batches | undefined;
  readonly #deliver: LedgerOptions['deliver'];
  readonly #observe: LedgerOptions['observe'];
  readonly clock = new LedgerClock(() => this.call('server_clock', {}));
  readonly #deliveries = new Set<Promise<void>>();
  /** That the schema fits this version; asked once, at the first call. */
  #fits: Promise<void> | undefined;

  constructor({
    databaseUrl,
    maxConnections = 10,
    connectWithinMs = 3_000,
    statementMsMax = 10_000,
    accountPlacesMax = Number.POSITIVE_INFINITY,
    batches = true,
    deliver,
    observe,
  }: LedgerOptions) {
    this.#deliver = deliver;
    this.#observe = observe;
    this.#shares = new AccountShares(shareOfAnAccount(maxConnections), connectWithinMs);
    this.#places = new AccountPlaces(accountPlacesMax);
    if (batches) this.#batches = new Batches(this.#batchCalls(), connectWithinMs, maxConnections);
    this.#pool = new Pool({
      connectionString: checkingUrl(databaseUrl),
      max: maxConnections,
      connectionTimeoutMillis: connectWithinMs,
      query_timeout: statementMsMax + 2_000,
      onConnect: async (client) => {
        await client.query(sessionOf(statementMsMax));
      },
      types: {
        getTypeParser: (oid, format) =>
          oid === INT8_OID ? parseSafeInteger : types.getTypeParser(oid, format as 'text'),
      },
    });
    // The pool replaces a connection that breaks while idle; without a listener the process would
    // end.
    this.#pool.on('error', () => this.clock.forget());
  }

  async operate<Name extends OperationName>(
    name: Name,
    given: Given<Name>,
  ): Promise<Outcome<Answer<Name>>> {
    const [answer] = (await this.#ask(name, given)) as [LedgerAnswer<Answer<Name>>];
    if (answer.outbox && this.#deliver) {
      const delivery = this.#deliverAndDrop(answer.outbox, this.#deliver);
      this.#deliveries.add(delivery);
      await delivery.finally(() => this.#deliveries.delete(delivery));
    }
    return outcomeOf(answer);
  }

  /**
   * Delivers the messages. A request whose workflow has ended leaves its queue, which may be the
   * turn of the next one; of those that are dead in a row, the rest is left to the next operation.
   */
  async #deliverAndDrop(messages: OutboxMessage[], deliver: Deliver): Promise<void> {
    let ended = await this.#deliverAll(messages, deliver);
    for (let dropped = 0; ended && dropped < DROPPED_MAX; dropped += 1) {
      const { accountId, requestId } = ended;
      // A login that may not do this, or an outage, leaves it to reconciliation.
      const [answer] = (await this.#ask('drop_ended_ticket', { accountId, requestId }).catch(() => [
        {},
      ])) as [Partial<LedgerAnswer<unknown>>];
      ended = answer.outbox && (await this.#deliverAll(answer.outbox, deliver));
    }
  }

  async call<Name extends ValueName>(name: Name, given: Given<Name>): Promise<Answer<Name>> {
    const [answer] = await this.#ask(name, given);
    return answer as Answer<Name>;
  }

  async run<Name extends CommandName>(name: Name, given: Given<Name>): Promise<void> {
    await this.#ask(name, given);
  }

  async page<Name extends PageName>(name: Name, given: Given<Name>): Promise<Answer<Name>[]> {
    return (await this.#ask(name, given)) as Answer<Name>[];
  }

  #ask(name: FunctionName, given: object): Promise<unknown[]> {
    const ask = (onTurn?: () => void) => this.#askInTurn(name, given, onTurn);
    return this.#observe ? observed(this.#observe, name, given, ask) : ask();
  }

  async #askInTurn(name: FunctionName, given: object, onTurn?: () => void): Promise<unknown[]> {
    this.#fits ??= this.#expectSchema();
    await this.#fits;
    const { kind } = FUNCTIONS[name];
    const accountId = 'accountId' in given ? given.accountId : undefined;
    const ask = () => {
      onTurn?.();
      return this.#answers(name, given);
    };
    // What only reads waits for no lock.
    const mayWait = kind === 'operation' || kind === 'command';
    if (!mayWait || typeof accountId !== 'string') return ask();
    return this.#places.hold(accountId, async () => {
      const batched = this.#batches && batchedOf(name, given);
      if (this.#batches && batched) return [await this.#batches.run(batched, onTurn)];
      return this.#shares.run(accountId, ask);
    });
  }

  #batchCalls(): BatchCalls {
    return {
      alone: async ({ name, given, accountId }) => {
        const [answer] = await this.#shares.run(accountId, () => this.#answers(name, given));
        return answer;
      },
      together: async (operations, waits) => {
        const items = `[${operations.map(({ item }) => item).join()}]`;
        const called = statementOf('run_batch', FUNCTIONS.run_batch, { operations: items, waits });
        const answers = (await this.#query('run_batch', called)).map(answerIn);
        publish('run_batch', answers);
        for (const [index, { name }] of operations.entries())
          if (answers[index] !== null) publish(name, [answers[index]]);
        return answers;
      },
    };
  }

  async #answers(name: FunctionName, given: object): Promise<unknown[]> {
    const answers = (await this.#rows(name, statementOf(name, FUNCTIONS[name], given))).map(
      answerIn,
    );
    publish(name, answers);
    return answers;
  }

  async #expectSchema(): Promise<void> {
    try {
      const [levels] = (await this.#query('schema_levels', SCHEMA_LEVELS)).map(answerIn);
      publish('schema_levels', [levels]);
      expectSchema(schemaLevels.parse(levels));
    } catch (error) {
      // It may fit later, and a login that may not ask is refused by the call itself.
      this.#fits = undefined;
      if (!(error instanceof HoldfastError && error.code === 'LEDGER_ACCESS_DENIED')) throw error;
    }
  }

  /**
   * Makes a call that breaks a rule once more: of two first calls at once, the second then finds by
   * the same key what the first has written.
   *
   * @throws HoldfastError
   */
  async #rows(name: FunctionName, statement: Statement): Promise<Record<string, unknown>[]> {
    try {
      return await this.#query(name, statement);
    } catch (error) {
      if (!(error instanceof HoldfastError && error.code === 'LEDGER_RULE_BROKEN')) throw error;
      return this.#query(name, statement);
    }
  }

  async #query(name: FunctionName, statement: Statement): Promise<Record<string, unknown>[]> {
    try {
      return (await this.#pool.query({ name, ...statement })).rows;
    } catch (error) {
      // After an outage another server may answer, with another clock.
      this.clock.forget();
      throw translateError(error, name);
    }
  }

  /** Waits for deliveries that are under way: their connection is closed after this one. */
  async close(): Promise<void> {
    await Promise.all(this.#deliveries);
    await this.#pool.end();
  }

  /**
   * Delivers messages, all at once: one that fails holds up neither the others nor, for longer than
   * its own deadline, the answer. A message that can't be delivered stays in the outbox: the
   * operation has been done, and must not seem to have failed. Answers with the message of a request
   * whose workflow has ended.
   */
  async #deliverAll(
    messages: OutboxMessage[],
    deliver: Deliver,
  ): Promise<Extract<OutboxMessage, { kind: 'wake' }> | undefined> {
    const settled = await Promise.allSettled(messages.map(async (message) => deliver(message)));
    const delivered = messages.filter((_, index) => settled[index]?.status === 'fulfilled');
    const [first] = delivered;
    if (first === undefined) return undefined;
    const messageIds = delivered.map(({ messageId }) => messageId);
    // If this fails they are delivered twice, which is harmless.
    await this.run('outbox_delivered', { accountId: first.accountId, messageIds }).catch(() => {});
    const ended = messages.find((_, index) => {
      const result = settled[index];
      return result?.status === 'fulfilled' && result.value === 'ended';
    });
    return ended?.kind === 'wake' ? ended : undefined;
  }
}

function publish(name: FunctionName, answers: unknown[]): void {
  if (ANSWERS.hasSubscribers) ANSWERS.publish({ name, answers });
}

function parseSafeInteger(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value))
    throw new HoldfastError('INTERNAL', `The ledger returned ${text}, which is no safe integer.`);
  return value;
}
