import { granted, START, TestLedger } from '../ledger-support';
import { funded } from './waiting-support';

let books: TestLedger;
beforeAll(async () => {
  books = await TestLedger.open();
});
beforeEach(() => books.setClock(START));
afterAll(async () => {
  await books.expectBalanced();
  await books.close();
});

/** An account with that many requests in its queue, put there past the ledger's functions. */
async function withQueue(tickets: number): Promise<string> {
  const account = await funded(books, 1);
  await books.owner.query(
    `INSERT INTO holdfast.reservations (account_id, request_id, body, state, credits, catalog_version, allocated_grants,
       allocated_credits, expires_at, ticket, waits_for, admitted_credits, waiting_since, wait_until)
     SELECT $1, 'r' || n, '{"kind": "text-to-image"}', 'waiting', 0, 1, '{}', '{}', now(), n, 2, 2, '2029-12-31', '2030-12-01'
     FROM generate_series(1, $2::int) AS n`,
    [account, tickets],
  );
  await books.owner.query(
    `INSERT INTO holdfast.queue_blocks (account_id, block, tickets, credits, request_bytes)
     SELECT $1, n / 100, count(*), 2 * count(*), 0 FROM generate_series(1, $2::int) AS n GROUP BY n / 100`,
    [account, tickets],
  );
  await books.owner.query(
    'UPDATE holdfast.accounts SET last_ticket = $2::int, waited_for = 2 * $2::int, watched = true WHERE account_id = $1',
    [account, tickets],
  );
  return account;
}

const placesOf = async (account: string) =>
  (await books.ledger.waitingQueue(account, { limit: 1_000 })).tickets.map(
    ({ requestId, place, requiredAhead }) => ({ requestId, place, requiredAhead }),
  );

test('places stay gap-free across blocks of a hundred tickets as tickets leave', async () => {
  const account = await withQueue(250);
  const gone = ['r1', 'r99', 'r100', 'r101', 'r150', 'r199', 'r200', 'r249'];
  for (const id of gone) await granted(books.ledger.release(account, id, 'cancelled'));
  await books.park(account, 'late', 7, { timeout: 'P1D', placesMax: 1_000 });
  const ids = Array.from({ length: 250 }, (_, index) => `r${index + 1}`);
  const left = [...ids.filter((id) => !gone.includes(id)), 'late'];
  expect(await placesOf(account)).toEqual(
    left.map((requestId, index) => ({ requestId, place: index + 1, requiredAhead: 2 * index })),
  );
  for (const id of ['r2', 'r98', 'r102', 'r201', 'r250', 'late']) {
    const index = left.indexOf(id);
    const { ticket, ticketCount } = await books.ledger.waitingPlace(account, id);
    expect(ticket).toMatchObject({ place: index + 1, requiredAhead: 2 * index });
    expect(ticketCount).toBe(left.length);
    expect(await books.ledger.request(account, id)).toMatchObject({ wait: { place: index + 1 } });
  }
  await books.expectBalanced();
});

test('a price that is asked again changes what those behind it wait for', async () => {
  const account = await withQueue(201);
  await granted(books.resume(account, 'r5', 1));
  expect((await books.ledger.waitingPlace(account, 'r201')).ticket).toMatchObject({
    place: 201,
    requiredAhead: 399,
  });
});

test('the queue is read in pages, each from where the last one ended, also after tickets have left', async () => {
  const account = await withQueue(250);
  const page = (after?: number, limit?: number) =>
    books.ledger.waitingQueue(account, { after, limit });
  const first = await page();
  expect(first.tickets.map(({ place }) => place)).toEqual(
    Array.from({ length: 100 }, (_, index) => index + 1),
  );
  expect(first).toMatchObject({ ticketCount: 250, waitedFor: 500, next: 100 });
  for (const id of ['r1', 'r100']) await granted(books.ledger.release(account, id, 'cancelled'));
  const second = await page(100, 149);
  expect(second.tickets).toHaveLength(149);
  expect(second.tickets[0]).toMatchObject({ requestId: 'r101', place: 99, requiredAhead: 196 });
  expect(second).toMatchObject({ ticketCount: 248, next: 249 });
  expect(await page(249)).toMatchObject({ tickets: [{ requestId: 'r250' }], next: null });
  expect(await page(249, 1)).toMatchObject({ tickets: [{ requestId: 'r250' }], next: null });
  expect(await page(250)).toMatchObject({ tickets: [], next: null, ticketCount: 248 });
});

test('a process of v0.1.0 reads a thousand at most', async () => {
  const account = await withQueue(1_001);
  const { rows } = await books.owner.query('SELECT holdfast.waiting_queue($1) AS queue', [account]);
  expect(rows[0].queue.tickets).toHaveLength(1_000);
});

/** How many pages of the database that statement touches. */
async function pagesOf(statement: string): Promise<number> {
  const { rows } = await books.owner.query(`EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) ${statement}`);
  const plan = rows[0]['QUERY PLAN'][0].Plan;
  return plan['Shared Hit Blocks'] + plan['Shared Read Blocks'];
}

test('a place costs about the same in a queue of ten and in one of ten thousand', async () => {
  const [short, long] = [await withQueue(10), await withQueue(10_000)];
  await books.owner.query('VACUUM ANALYZE holdfast.reservations, holdfast.queue_blocks');
  const costOf = (account: string, id: string) =>
    pagesOf(`SELECT holdfast.waiting_place('${account}', '${id}')`);
  // The first call in a connection also reads the catalog of the database.
  await costOf(short, 'r1');
  const inTen = await costOf(short, 'r10');
  // The last ticket of a full block, behind all other blocks.
  expect(await costOf(long, 'r9999')).toBeLessThan(3 * inTen);
});
