import { channel } from 'node:diagnostics_channel';
import { Pool, types } from 'pg';
import { HoldfastError } from '../../contract/errors';
import type { Deliver, OutboxMessage } from '../../contract/outbox';
import type { Outcome } from '../../contract/outcome';
import { FUNCTIONS } from '../functions';
import { type LedgerAnswer, outcomeOf } from './answers';
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
import { translateError } from './errors';
import { answerIn, type Statement, statementOf } from './sql-function';

const INT8_OID = 20;

/** Each answer of a SQL function, for whoever looks on: `{ name, answers }`. The tests hold them to their schemas. */
const ANSWERS = channel('holdfast:ledger-answers');

export interface LedgerOptions {
  /** The serving connection: a role that may call the ledger's functions and nothing else. */
  databaseUrl: string;
  maxConnections?: number;
  /** Who hands over what operations leave in the outbox; without it reconciliation does, within its interval. */
  deliver?: Deliver;
}

/** The serving connections. Every operation's messages are handed over before its answer is. */
export class Connection implements LedgerCalls {
  readonly #pool: Pool;
  readonly #deliver: LedgerOptions['deliver'];
  readonly #handingOver = new Set<Promise<void>>();

  constructor({ databaseUrl, maxConnections = 10, deliver }: LedgerOptions) {
    this.#deliver = deliver;
    this.#pool = new Pool({
      connectionString: databaseUrl,
      max: maxConnections,
      connectionTimeoutMillis: 3_000,
      statement_timeout: 10_000,
      query_timeout: 12_000,
      types: {
        getTypeParser: (oid, format) =>
          oid === INT8_OID ? parseSafeInteger : types.getTypeParser(oid, format as 'text'),
      },
    });
    // A connection that breaks while idle is replaced by the pool; without a listener it would end the process.
    this.#pool.on('error', () => {});
  }

  async operate<Name extends OperationName>(
    name: Name,
    given: Given<Name>,
  ): Promise<Outcome<Answer<Name>>> {
    const [answer] = (await this.#ask(name, given)) as [LedgerAnswer<Answer<Name>>];
    if (answer.outbox && this.#deliver) {
      const handingOver = this.#handOver(answer.outbox, this.#deliver);
      this.#handingOver.add(handingOver);
      await handingOver.finally(() => this.#handingOver.delete(handingOver));
    }
    return outcomeOf(answer);
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

  async #ask(name: FunctionName, given: object): Promise<unknown[]> {
    const answers = (await this.#rows(name, statementOf(name, FUNCTIONS[name], given))).map(
      answerIn,
    );
    if (ANSWERS.hasSubscribers) ANSWERS.publish({ name, answers });
    return answers;
  }

  /**
   * A call that breaks a rule is made once more: of two that come first at once, the second then finds by the same key
   * what the first has written.
   *
   * @throws HoldfastError
   */
  async #rows(name: string, statement: Statement): Promise<Record<string, unknown>[]> {
    try {
      return await this.#query(name, statement);
    } catch (error) {
      if (!(error instanceof HoldfastError && error.code === 'LEDGER_RULE_BROKEN')) throw error;
      return this.#query(name, statement);
    }
  }

  async #query(name: string, statement: Statement): Promise<Record<string, unknown>[]> {
    try {
      return (await this.#pool.query({ name, ...statement })).rows;
    } catch (error) {
      throw translateError(error);
    }
  }

  /** What is being handed over has a connection of its own, which its owner closes after this one. */
  async close(): Promise<void> {
    await Promise.all(this.#handingOver);
    await this.#pool.end();
  }

  /**
   * What can't be handed over stays in the outbox: the operation has been done, and must not seem to have failed. All at
   * once, so that one which nobody takes holds up neither the others nor, for longer than its own deadline, the answer.
   */
  async #handOver(messages: OutboxMessage[], deliver: Deliver): Promise<void> {
    const handedOver = await Promise.allSettled(messages.map(async (message) => deliver(message)));
    const taken = messages.filter((_, index) => handedOver[index]?.status === 'fulfilled');
    const [first] = taken;
    if (first === undefined) return;
    const messageIds = taken.map(({ messageId }) => messageId);
    // Else they are told twice, which is harmless.
    await this.run('outbox_delivered', { accountId: first.accountId, messageIds }).catch(() => {});
  }
}

function parseSafeInteger(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value))
    throw new HoldfastError('INTERNAL', `The ledger returned ${text}, which is no safe integer.`);
  return value;
}
