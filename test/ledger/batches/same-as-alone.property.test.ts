import fc from 'fast-check';
import type { PoolClient } from 'pg';
import { DAY_MS, granted, HOLD_MS, later, newId, START, TestLedger } from '../ledger-support';
import { answerOf, inDays, rowsOf } from '../operations/both-ways-support';

/** Each run is undone, so that all begin with the same accounts. */

let books: TestLedger;
/** One with a single grant, one with several and thresholds, one with limits and a queue. */
const accounts = [newId('plain'), newId('told'), newId('limited')] as const;
const [plain, told, limited] = accounts;
const UNKNOWN = newId('unknown');

beforeAll(async () => {
  books = await TestLedger.open(2);
  const { settings } = books.ledger;
  await books.grantPromotion(plain, 60, { expiresAt: inDays(30) });
  for (const [credits, days] of [
    [7, 1],
    [9, 20],
    [30, 30],
  ] as const)
    await books.grantPromotion(told, credits, { expiresAt: inDays(days) });
  const lowBalance = [{ credits: 35 }, { credits: 10 }];
  await granted(settings.setLowBalance({ accountId: told, key: 'k', lowBalance }));
  await books.grantPromotion(limited, 40, { expiresAt: inDays(30) });
  const limits = { dailyCreditsMax: 60, concurrentGenerationsMax: 4 };
  await granted(settings.setLimits({ accountId: limited, key: 'k', ...limits }));
  await books.park(limited, 'parked', 45);
});
afterAll(async () => {
  await books.expectBalanced();
  await books.close();
});

const accountId = fc.constantFrom(...accounts, UNKNOWN);
const requestId = fc.constantFrom('r0', 'r1', 'r2', 'r3', 'parked');
const credits = fc.integer({ min: 1, max: 13 });
const operation = fc.oneof(
  fc.record({
    ...{ name: fc.constant('reserve_credits'), accountId, requestId, credits },
    body: fc.constantFrom({ kind: 'x' }, { kind: 'y', metadata: { a: 'ü' } }, { maxCredits: 5 }),
    catalogVersion: fc.constantFrom(1, 1, 1, 2),
    holdMs: fc.constant(HOLD_MS),
    wait: fc.constantFrom(null, null, { timeout: 'P1D' }),
    notAfter: fc.constantFrom(null, '2020-01-01T00:00:00Z', '9999-01-01T00:00:00Z'),
  }),
  fc.record({
    ...{ name: fc.constant('commit_reservation'), accountId, requestId },
    credits: fc.integer({ min: 0, max: 13 }),
    outputUrl: fc.constantFrom('file:///a', 'file:///b'),
  }),
  fc.record({
    ...{ name: fc.constant('release_reservation'), accountId, requestId },
    reason: fc.constantFrom('cancelled', 'orphaned', 'failed'),
  }),
);
type Operation = typeof operation extends fc.Arbitrary<infer T> ? T : never;

function callOf({ name, ...given }: Operation): { text: string; values: unknown[] } {
  const values = Object.values(given).map((value) =>
    value !== null && typeof value === 'object' ? JSON.stringify(value) : value,
  );
  const { length } = values;
  // The account, the request, and then in the order of each function's parameters.
  const order: Record<string, string> = {
    reserve_credits: '$1, $2, $4::jsonb, $3, $5, $6, $7::jsonb, $8::timestamptz',
    commit_reservation: '$1, $2, $3, $4',
    release_reservation: '$1, $2, $3',
  };
  expect(length).toBe(order[name]?.split(', ').length);
  return { text: `SELECT holdfast.${name}(${order[name]}) AS answer`, values };
}

/** A row as text, without what a salt or a sequence makes another each time. */
const unsalted = (row: object): string =>
  JSON.stringify({ ...row, link: null, text_id: null, text_commitment: null });

async function afterwards<T>(client: PoolClient, act: () => Promise<T>) {
  await client.query('SAVEPOINT before');
  const answers = await act();
  const rows = [];
  for (const account of [...accounts, UNKNOWN]) {
    const tables = Object.values(await rowsOf(client, account)) as object[][];
    rows.push(tables.map((table) => table.map(unsalted).sort()));
  }
  await client.query('ROLLBACK TO before');
  return { answers, rows };
}

const itemOf = (operation: Operation) =>
  Object.fromEntries(Object.entries(operation).filter(([, value]) => value !== null));

async function inBatch(client: PoolClient, operations: Operation[], waits: boolean) {
  const { rows } = await client.query('SELECT * FROM holdfast.run_batch($1::jsonb, $2) AS answer', [
    JSON.stringify(operations.map(itemOf)),
    waits,
  ]);
  return rows.map(({ answer }) => answerOf(answer));
}

test.each([
  ['of several accounts, and leaves out one that isn’t there', false],
  ['of one account, which may be new', true],
])('a batch %s does what its operations do alone, in their order', async (_, waits) => {
  const client = await books.owner.connect();
  const seen = new Map<string, number>();
  const property = fc.asyncProperty(
    fc.array(operation, { minLength: 2, maxLength: 12 }),
    fc.constantFrom(...accounts, UNKNOWN),
    fc.integer({ min: 0, max: 25 }),
    async (drawn, one, day) => {
      const operations = waits ? drawn.map((each) => ({ ...each, accountId: one })) : drawn;
      await client.query('BEGIN');
      try {
        await client.query('UPDATE holdfast.test_clock SET set_to = $1', [
          later(START, day * DAY_MS),
        ]);
        const alone = await afterwards(client, async () => {
          const answers = [];
          for (const each of operations) {
            if (!waits && each.accountId === UNKNOWN) answers.push(null);
            else answers.push(answerOf((await client.query(callOf(each))).rows[0].answer));
          }
          return answers;
        });
        const together = await afterwards(client, () => inBatch(client, operations, waits));
        expect(together).toEqual(alone);
        for (const answer of together.answers) {
          const { code } = (answer?.refusal ?? {}) as { code?: string };
          const kind = code ?? (answer?.replayed ? 'replayed' : answer ? 'done' : 'left');
          seen.set(kind, (seen.get(kind) ?? 0) + 1);
        }
      } finally {
        await client.query('ROLLBACK');
      }
    },
  );
  try {
    await fc.assert(property, { numRuns: 150, endOnFailure: true });
  } finally {
    client.release();
  }
  const expected = ['done', 'replayed', 'INSUFFICIENT_CREDITS', 'RESERVATION_RESOLVED'];
  expect([...seen.keys()]).toEqual(
    expect.arrayContaining(waits ? expected : [...expected, 'left']),
  );
});
