import type { PoolClient } from 'pg';
import { DAY_MS, granted, HOLD_MS, later, newId, START, TestLedger } from '../ledger-support';

type Way = 'at once' | 'in steps';

interface Asked {
  credits?: number | null;
  body?: object;
  version?: number;
  wait?: object;
  notAfter?: string;
}

interface Ways {
  /** The call as products make it. */
  call: string;
  /** The same, always done in steps. */
  viaSteps: string;
  /** The function that does it in steps. */
  inSteps: string;
  /** The same as the only item of a batch. */
  item: object;
}

const TABLES = ['accounts', 'grants', 'entries', 'reservations', 'outbox', 'notices'];
const FURTHER = ['short_refusals', 'queue_blocks', 'lost_operations'];

export const inDays = (days: number) => later(START, days * DAY_MS);

/**
 * An account in a ledger of its own. A reserve and a commit have two ways, at once for what is usual,
 * and in steps for everything: each call goes both ways, and in a batch, from the same rows and at
 * the same time.
 */
export class BothWays {
  readonly account = newId();

  private constructor(readonly books: TestLedger) {}

  static async open(): Promise<BothWays> {
    return new BothWays(await TestLedger.open(2));
  }

  async close(): Promise<void> {
    await this.books.expectBalanced();
    await this.books.close();
  }

  fund(credits: number, days = 30) {
    return this.books.grantPromotion(this.account, credits, { expiresAt: inDays(days) });
  }

  hold(requestId: string, credits: number) {
    return granted(this.books.reserve(this.account, requestId, credits));
  }

  /**
   * Reserves both ways, and takes it back; expects the same outcome, and that the call takes `way`.
   */
  reserve(way: Way, requestId: string, asked: Asked = {}): Promise<unknown> {
    const { credits = 4, body = { kind: 'x' }, version = 1, wait = null, notAfter = null } = asked;
    const rest = '$2, $3::jsonb, $4, $5, $6, $7::jsonb, $8::timestamptz';
    const ways = {
      call: `holdfast.reserve_credits($1, ${rest})`,
      viaSteps: `holdfast.reserve_in_steps(holdfast.lock_account($1), $1, ${rest})`,
      inSteps: 'reserve_in_steps',
      item: {
        ...{ name: 'reserve_credits', accountId: this.account, requestId, body, credits },
        ...{ catalogVersion: version, holdMs: HOLD_MS, ...(wait && { wait }), notAfter },
      },
    };
    const values = [this.account, requestId, body, credits, version, HOLD_MS, wait, notAfter];
    return this.#expectSame(way, ways, values);
  }

  /** The same for a commit. */
  commit(way: Way, requestId: string, credits: number | null): Promise<unknown> {
    const ways = {
      call: 'holdfast.commit_reservation($1, $2, $3, $4)',
      viaSteps: 'holdfast.commit_in_steps(holdfast.lock_account($1), $1, $2, $3, $4, NULL)',
      inSteps: 'commit_in_steps',
      item: {
        ...{ name: 'commit_reservation', accountId: this.account, requestId, credits },
        outputUrl: 'file:///o',
      },
    };
    return this.#expectSame(way, ways, [this.account, requestId, credits, 'file:///o']);
  }

  async #expectSame(way: Way, { call, viaSteps, inSteps, item }: Ways, values: unknown[]) {
    const client = await this.books.owner.connect();
    try {
      await client.query('BEGIN');
      const usual = await this.#outcome(client, call, values);
      expect(usual).toEqual(await this.#outcome(client, viaSteps, values));
      const batch = [JSON.stringify([item])];
      expect(usual).toEqual(await this.#outcome(client, 'holdfast.run_batch($1, true)', batch));
      expect(await wayOf(client, inSteps, call, values)).toBe(way);
      return usual;
    } finally {
      await client.query('ROLLBACK');
      client.release();
    }
  }

  /** The answer, or the error's code, and what is in the tables afterwards; then it is undone. */
  async #outcome(client: PoolClient, call: string, values: unknown[]): Promise<unknown> {
    await client.query('SAVEPOINT before');
    try {
      const answer = await client.query(`SELECT ${call} AS answer`, values).then(
        ({ rows }) => answerOf(rows[0].answer),
        (error) => ({ code: error.code, constraint: error.constraint }),
      );
      if (answer === null || 'code' in answer) return answer;
      return { answer, rows: await rowsOf(client, this.account) };
    } finally {
      await client.query('ROLLBACK TO before');
    }
  }
}

/** What the account's tables hold, as its transaction sees them. */
export async function rowsOf(
  client: PoolClient,
  account: string,
): Promise<Record<string, unknown>> {
  const rows: Record<string, unknown> = {};
  for (const table of [...TABLES, ...FURTHER]) {
    const found = await client.query(
      `SELECT to_jsonb(r) - 'message_id' AS row FROM holdfast.${table} AS r
       WHERE account_id = $1`,
      [account],
    );
    rows[table] = found.rows.map(({ row }) => row).sort(byText);
  }
  return rows;
}

/** An answer without what differs from call to call. */
export const answerOf = (answer: unknown): Record<string, unknown> | null =>
  JSON.parse(JSON.stringify(answer), withoutNumber);

const byText = (a: unknown, b: unknown) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1);

/** A message has another number each time, and the server's clock goes on. */
const withoutNumber = (name: string, value: unknown) =>
  name === 'messageId' || (name === 'now' && value !== START) ? undefined : value;

/** Whether the call ever asks for the function that does it in steps. */
async function wayOf(
  client: PoolClient,
  inSteps: string,
  call: string,
  values: unknown[],
): Promise<Way> {
  await client.query('SAVEPOINT before');
  try {
    await client.query(`DROP FUNCTION holdfast.${inSteps}`);
    await client.query(`SELECT ${call}`, values);
    return 'at once';
  } catch (error) {
    return String(error).includes(`function holdfast.${inSteps}`) ? 'in steps' : 'at once';
  } finally {
    await client.query('ROLLBACK TO before');
  }
}
