import fc from 'fast-check';
import type { PoolClient } from 'pg';
import { DAY_MS, granted, HOLD_MS, later, newId, START, TestLedger } from '../ledger-support';
import { answerOf, inDays, rowsOf } from '../operations/both-ways-support';

/** Each run is undone, so that all begin with the same accounts. */

let books: TestLedger;
/** One with a single grant, two with several, one of them with thresholds, one with a queue. */
const accounts = [newId('plain'), newId('several'), newId('told'), newId('limited')] as const;
const [plain, several, told, limited] = accounts;
const UNKNOWN = newId('unknown');

beforeAll(async () => {
  books = await TestLedger.open(2);
  const { settings } = books.ledger;
  await books.grantPromotion(plain, 60, { expiresAt: inDays(30) });
  for (const account of [several, told])
    for (const [credits, days] of [
      [7, 1],
      [9, 20],
      [30, 30],
    ] as const)
      await books.grantPromotion(account, credits, { expiresAt: inDays(days) });
  // Of `several` each grant has something to take back.
  for (const account of [plain, several])
    for (const [request, held] of HELD) await books.reserve(account, request, held);
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
const NEW = ['new0', 'new1', 'new2', 'new3', 'new4', 'new5'];
const HELD = [
  ['held0', 4],
  ['held1', 3],
  ['held2', 6],
  ['held3', 3],
  ['held4', 5],
] as const;
const requestId = fc.constantFrom<string[]>('new0', 'new1', 'held0', 'held1', 'parked', 'unknown');
const credits = fc.integer({ min: 1, max: 13 });
const usually = <T>(usual: T, ...others: T[]) =>
  fc.oneof({ weight: 12, arbitrary: fc.constant(usual) }, fc.constantFrom(...others));
const reserve = fc.record({
  ...{ name: fc.constant('reserve_credits'), accountId, requestId, credits },
  body: usually<object>({ kind: 'x' }, { kind: 'y', metadata: { a: 'ü' } }, { maxCredits: 5 }),
  catalogVersion: usually(1, 2),
  holdMs: fc.constant(HOLD_MS),
  wait: usually<object | null>(null, { timeout: 'P1D' }),
  notAfter: usually<string | null>(null, '2020-01-01T00:00:00Z', '9999-01-01T00:00:00Z'),
});
const commit = fc.record({
  ...{ name: fc.constant('commit_reservation'), accountId, requestId },
  credits: fc.constantFrom<number[]>(0, 1, 2, 3, 3, 4, 5, 6, 13),
  outputUrl: fc.constantFrom<string[]>('file:///a', 'file:///b'),
});
const release = fc.record({
  ...{ name: fc.constant('release_reservation'), accountId, requestId },
  reason: fc.constantFrom('cancelled', 'orphaned', 'failed'),
});
const operation = fc.oneof(
  reserve as fc.Arbitrary<Operation>,
  commit as fc.Arbitrary<Operation>,
  release as fc.Arbitrary<Operation>,
);
type Drawn<T> = T extends fc.Arbitrary<infer One> ? One : never;
type Operation = Drawn<typeof reserve> | Drawn<typeof commit> | Drawn<typeof release>;

/** Operations as most are, of accounts with enough credits, each of another request. */
const usual = fc
  .tuple(fc.infiniteStream(fc.nat({ max: 2 })), fc.infiniteStream(fc.nat({ max: 1 })))
  .chain(([less, which]) => {
    const reserves = NEW.flatMap((requestId) =>
      [plain, several].map(
        (accountId): Operation => ({
          ...{ name: 'reserve_credits', accountId, requestId, credits: 1 + take(less) },
          ...{
            body: { kind: 'x' },
            catalogVersion: 1,
            holdMs: HOLD_MS,
            wait: null,
            notAfter: null,
          },
        }),
      ),
    );
    const commits = HELD.flatMap(([requestId, held]) =>
      [plain, several].map(
        (accountId): Operation => ({
          ...{ name: 'commit_reservation', accountId, requestId },
          ...{ credits: held - take(which) * take(less), outputUrl: 'file:///a' },
        }),
      ),
    );
    return fc.shuffledSubarray([...reserves, ...commits], { minLength: 2, maxLength: 12 });
  });
const take = (numbers: fc.Stream<number>): number => numbers.next().value ?? 0;

/** Usual ones with now and then another among them; or any. */
const batch = fc.oneof(
  fc.record({ operations: usual, day: fc.constant(0) }),
  fc.record({
    operations: fc
      .tuple(usual, operation, fc.nat())
      .map(([all, one, at]) => all.toSpliced(at % all.length, 0, one)),
    day: fc.integer({ min: 0, max: 1 }),
  }),
  fc.record({
    operations: fc.array(operation, { minLength: 2, maxLength: 10 }),
    day: fc.integer({ min: 0, max: 25 }),
  }),
);

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

/** Not what usual ones ask of the other account: that would be asked twice. */
const ofAccount = (operations: Operation[], account: string): Operation[] =>
  operations
    .filter(({ accountId }) => accountId !== (account === plain ? several : plain))
    .map((each) => ({ ...each, accountId: account }));

/** How many of them are done by one statement. */
async function atOnceIn(client: PoolClient, operations: Operation[]): Promise<number> {
  const { rows } = await client.query(
    'SELECT cardinality(places) AS count FROM holdfast.run_at_once($1::jsonb, $2)',
    [JSON.stringify(operations.map(itemOf)), accounts],
  );
  return rows[0].count ?? 0;
}

test.each([
  ['of several accounts, and leaves out one that isn’t there', false],
  ['of one account, which may be new', true],
])('a batch %s does what its operations do alone, in their order', async (_, waits) => {
  const client = await books.owner.connect();
  const seen = new Map<string, number>();
  const saw = (kind: string, times = 1) => seen.set(kind, (seen.get(kind) ?? 0) + times);
  const property = fc.asyncProperty(
    batch,
    fc.constantFrom(plain, several, plain, several, plain, several, ...accounts, UNKNOWN),
    async ({ operations: drawn, day }, one) => {
      const operations = waits ? ofAccount(drawn, one) : drawn;
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
          saw(kind);
        }
        saw('at once', await atOnceIn(client, operations));
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
  // Neither way is seldom.
  expect(seen.get('at once')).toBeGreaterThan(80);
  expect(seen.get('done')).toBeGreaterThan(seen.get('at once') ?? 0);
  const expected = ['done', 'replayed', 'INSUFFICIENT_CREDITS', 'RESERVATION_RESOLVED'];
  expect([...seen.keys()]).toEqual(
    expect.arrayContaining(waits ? expected : [...expected, 'left']),
  );
});
