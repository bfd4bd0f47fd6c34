import fc from 'fast-check';
import type { RequestRecord } from '../../../contract/generation';
import type { Outcome } from '../../../ledger/ledger';
import { later, MINUTE_MS, newId, promotion, START, TestLedger } from '../ledger-support';

const CLIENTS = 32;
const ENDS_MS = 5 * MINUTE_MS;
let books: TestLedger;

beforeAll(async () => {
  books = await TestLedger.open(CLIENTS);
});
afterAll(() => books.close());

/** Keys and requests come from small sets, so that clients collide on them; a key fixes its body. */
const key = fc.integer({ min: 1, max: 12 });
const operation = fc.oneof(
  fc.record({ type: fc.constant('grant' as const), key }),
  fc.record({ type: fc.constant('deduct' as const), key }),
  fc.record({ type: fc.constant('reserve' as const), key }),
  fc.record({
    type: fc.constant('commit' as const),
    key,
    credits: fc.integer({ min: 0, max: 14 }),
  }),
  fc.record({ type: fc.constant('release' as const), key }),
  fc.record({ type: fc.constant('expire' as const) }),
  fc.record({
    type: fc.constant('pass time' as const),
    ms: fc.integer({ min: 1, max: MINUTE_MS }),
  }),
  fc.record({ type: fc.constant('look' as const) }),
);
type Operation = typeof operation extends fc.Arbitrary<infer T> ? T : never;

/** The answers that the clients got. The simple model is built from them alone. */
class FirstAnswers {
  granted = 0;
  deducted = 0;
  readonly firsts = new Map<string, number>();

  note(name: string, outcome: Outcome<unknown>): boolean {
    const first = outcome.ok && !outcome.replayed;
    if (first) this.firsts.set(name, (this.firsts.get(name) ?? 0) + 1);
    return first;
  }
}

const grantOf = (key: number) =>
  promotion(key * 3, { ...(key % 3 === 0 && { expiresAt: later(START, ENDS_MS) }) });

async function perform(account: string, told: FirstAnswers, op: Operation): Promise<void> {
  const { ledger } = books;
  switch (op.type) {
    case 'grant':
      if (
        told.note(`grant ${op.key}`, await ledger.grant(account, `k${op.key}`, grantOf(op.key)))
      ) {
        told.granted += op.key * 3;
      }
      return;
    case 'deduct': {
      const body = { credits: op.key, reason: 'correction', by: 'ops' };
      if (told.note(`deduct ${op.key}`, await ledger.deduct(account, `k${op.key}`, body)))
        told.deducted += op.key;
      return;
    }
    case 'reserve':
      told.note(
        `reserve or tombstone ${op.key}`,
        await books.reserve(account, `r${op.key}`, op.key),
      );
      return;
    case 'commit':
      told.note(
        `commit ${op.key}`,
        await ledger.commit(account, `r${op.key}`, op.credits, 'file:///o'),
      );
      return;
    case 'release':
      told.note(`release ${op.key}`, await ledger.release(account, `r${op.key}`, 'cancelled'));
      return;
    case 'expire':
      await ledger.expire(account);
      return;
    case 'pass time':
      return books.advanceClock(op.ms);
    case 'look':
      return look(account);
  }
}

async function look(account: string): Promise<void> {
  const balance = await books.ledger.balance(account);
  const { available, pendingExpiry, reserved, spent, expired, deducted, granted } = balance;
  const figures = [available, pendingExpiry, reserved, spent, expired, deducted];
  expect(Math.min(...figures)).toBeGreaterThanOrEqual(0);
  expect(figures.reduce((sum, figure) => sum + figure, 0)).toBe(granted);
  expect(balance.grants.reduce((sum, { remaining }) => sum + remaining, 0)).toBe(
    available + pendingExpiry,
  );
}

async function requestsOf(account: string): Promise<RequestRecord[]> {
  const records = await Promise.all(
    Array.from({ length: 12 }, (_, index) => books.ledger.request(account, `r${index + 1}`)),
  );
  return records.filter((record) => record !== null);
}

const sum = (records: RequestRecord[], figure: 'reserved' | 'charged') =>
  records.reduce((total, record) => total + record[figure], 0);

test('32 clients at once on one account lose, double and overdraw nothing', async () => {
  const scripts = fc.array(fc.array(operation, { minLength: 8, maxLength: 8 }), {
    minLength: CLIENTS,
    maxLength: CLIENTS,
  });
  await fc.assert(
    fc.asyncProperty(scripts, async (clients) => {
      const account = newId();
      const told = new FirstAnswers();
      await books.setClock(START);
      const run = async (script: Operation[]) => {
        for (const op of script) await perform(account, told, op);
      };
      await Promise.all(clients.map(run));

      await books.expectBalanced();
      await look(account);
      const records = await requestsOf(account);
      const open = records.filter(({ status }) => status === 'open');
      expect(await books.ledger.balance(account)).toMatchObject({
        granted: told.granted,
        deducted: told.deducted,
        spent: sum(records, 'charged'),
        reserved: sum(open, 'reserved'),
      });
      for (const [name, times] of told.firsts) expect({ name, times }).toEqual({ name, times: 1 });
      const entries = await books.entries(account);
      const count = (type: string) => entries.filter((entry) => entry.type === type).length;
      expect(count('reserve')).toBe(count('commit') + count('release') + open.length);
    }),
    { numRuns: 8, endOnFailure: true },
  );
});

test('clients of different accounts do not disturb one another', async () => {
  await books.setClock(START);
  const accounts = Array.from({ length: CLIENTS }, () => newId());
  await Promise.all(
    accounts.map(async (account) => {
      await books.grantPromotion(account, 20);
      await books.reserve(account, 'r', 8);
      await books.ledger.commit(account, 'r', 5, 'file:///o');
    }),
  );
  for (const account of accounts) {
    expect(await books.ledger.balance(account)).toMatchObject({
      available: 15,
      reserved: 0,
      spent: 5,
      granted: 20,
    });
  }
  await books.expectBalanced();
});
