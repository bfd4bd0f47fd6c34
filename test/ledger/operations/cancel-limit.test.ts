import {
  atOnce,
  granted,
  later,
  MINUTE_MS,
  newId,
  refusal,
  START,
  TestLedger,
} from '../ledger-support';

const HOUR_MS = 60 * MINUTE_MS;
/** Cancellations that an account of these tests may ask for in an hour. */
const MAX = 3;
let books: TestLedger;

beforeAll(async () => {
  books = await TestLedger.open(32);
});
beforeEach(() => books.setClock(START));
afterEach(() => books.expectBalanced());
afterAll(() => books.close());

/** An account with this many running generations, `r0`, `r1`, … */
async function running(count: number, kind = 'text-to-image'): Promise<string> {
  const account = newId();
  await books.grantPromotion(account, 1_000);
  for (let n = 0; n < count; n += 1) await granted(books.reserve(account, `r${n}`, 2, { kind }));
  return account;
}

const ask = (account: string, requestId: string, max = MAX) =>
  books.ledger.cancellations.request(account, requestId, max);

async function cancel(account: string, requestId: string): Promise<void> {
  await granted(ask(account, requestId));
  await granted(books.ledger.release(account, requestId, 'cancelled'));
}

const limited = (retryAt: string, retryAfterSeconds: number) => ({
  code: 'CANCEL_LIMIT_REACHED',
  details: { cancelsPerHourMax: MAX, retryAt, retryAfterSeconds },
});

test('an account may cancel so many running generations in an hour, and the next runs on', async () => {
  const account = await running(4);
  for (const requestId of ['r0', 'r1', 'r2']) {
    await cancel(account, requestId);
    await books.advanceClock(MINUTE_MS);
  }
  expect(await refusal(ask(account, 'r3'))).toEqual(limited(later(START, HOUR_MS), 3_420));
  expect(await books.ledger.request(account, 'r3')).toMatchObject({ status: 'open' });
});

test('the refusal says to the millisecond when the account may cancel again', async () => {
  const account = await running(5);
  for (const requestId of ['r0', 'r1', 'r2']) {
    await cancel(account, requestId);
    await books.advanceClock(MINUTE_MS);
  }
  await books.setClock(later(START, HOUR_MS - 1));
  expect(await refusal(ask(account, 'r3'))).toEqual(limited(later(START, HOUR_MS), 1));
  await books.setClock(later(START, HOUR_MS));
  await cancel(account, 'r3');
  expect(await refusal(ask(account, 'r4'))).toEqual(limited(later(START, HOUR_MS + MINUTE_MS), 60));
});

test('of many cancellations at once, no more are let through', async () => {
  const account = await running(20);
  const outcomes = await atOnce(20, (n) => ask(account, `r${n}`));
  expect(outcomes.filter(({ ok }) => ok)).toHaveLength(MAX);
});

test('a cancellation that is asked for again counts once, and is let through at the limit', async () => {
  const account = await running(4);
  await atOnce(10, () => granted(ask(account, 'r0')));
  for (const requestId of ['r1', 'r2']) await cancel(account, requestId);
  expect(await ask(account, 'r0')).toMatchObject({ ok: true, replayed: true });
  expect((await refusal(ask(account, 'r3'))).code).toBe('CANCEL_LIMIT_REACHED');
});

test('a job that finished or failed all the same doesn’t count', async () => {
  const account = await running(5);
  for (const requestId of ['r0', 'r1', 'r2']) await granted(ask(account, requestId));
  expect((await refusal(ask(account, 'r3'))).code).toBe('CANCEL_LIMIT_REACHED');
  await granted(books.ledger.commit(account, 'r0', 2, 'file:///o'));
  await granted(books.ledger.release(account, 'r1', 'content-refused'));
  for (const requestId of ['r3', 'r4'])
    expect(await granted(ask(account, requestId))).toMatchObject({ requestId, status: 'open' });
});

test('a cancellation that came past the ledger counts once it is booked', async () => {
  const account = await running(4);
  for (const requestId of ['r0', 'r1', 'r2'])
    await granted(books.ledger.release(account, requestId, 'cancelled'));
  expect((await refusal(ask(account, 'r3'))).code).toBe('CANCEL_LIMIT_REACHED');
});

test('another reason to give credits back doesn’t count', async () => {
  const account = await running(4);
  for (const [n, reason] of ['timed-out', 'orphaned', 'content-refused'].entries())
    await granted(books.ledger.release(account, `r${n}`, reason));
  await cancel(account, 'r3');
});

test('another account’s cancellations don’t count', async () => {
  const [one, other] = [await running(3), await running(1)];
  for (const requestId of ['r0', 'r1', 'r2']) await cancel(one, requestId);
  await cancel(other, 'r0');
});

describe('at the limit', () => {
  async function atLimit(): Promise<string> {
    const account = await running(3);
    for (const requestId of ['r0', 'r1', 'r2']) await cancel(account, requestId);
    return account;
  }

  test('a request that waits may be cancelled: it uses nothing of a provider', async () => {
    const account = await atLimit();
    for (let n = 0; n < 5; n += 1) {
      await books.park(account, `w${n}`, 5_000);
      await cancel(account, `w${n}`);
    }
  });

  test('a generation that has ended answers with its end', async () => {
    const account = await atLimit();
    expect(await granted(ask(account, 'r0'))).toMatchObject({ status: 'released' });
  });

  test('a request that the ledger doesn’t know yet is refused: it may be about to run', async () => {
    const account = await atLimit();
    expect((await refusal(ask(account, 'new'))).code).toBe('CANCEL_LIMIT_REACHED');
    expect(await granted(ask(newId(), 'new'))).toBeNull();
  });
});

describe('a kind whose cancelled generations are charged', () => {
  const SOLD_SO = "jsonb_set(document, '{kinds,ai-avatar,cancelled}', '\"used\"')";
  // To the end of the file: the audit judges by the catalog that it finds.
  beforeAll(async () => {
    await books.owner.query(`UPDATE holdfast.catalog_versions SET document = ${SOLD_SO}`);
    await books.owner.query(
      "UPDATE holdfast.catalog_versions SET document_hash = sha256(convert_to(document::text, 'UTF8'))",
    );
  });

  test('has no limit, and doesn’t count among those that are free', async () => {
    const account = await running(10, 'ai-avatar');
    for (let n = 0; n < 5; n += 1) await granted(ask(account, `r${n}`));
    await granted(books.ledger.cancellations.charge(account, 'r0', 1));
    // The provider billed nothing for these.
    for (let n = 1; n < 10; n += 1) await cancel(account, `r${n}`);
    for (let n = 0; n < MAX; n += 1) {
      await granted(books.reserve(account, `image-${n}`, 2));
      await cancel(account, `image-${n}`);
    }
    await granted(books.reserve(account, 'last', 2));
    expect((await refusal(ask(account, 'last'))).code).toBe('CANCEL_LIMIT_REACHED');
  });
});
