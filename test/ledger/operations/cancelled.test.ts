import type { RequestRecord } from '../../../contract/generation';
import type { Outcome } from '../../../ledger/ledger';
import { atOnce, granted, newId, refusal, TestLedger } from '../ledger-support';

const OUTPUT = 'file:///output.mp4';
const CHARGED = { outcome: 'committed', reserved: 24, charged: 18, reason: 'cancelled' };
let books: TestLedger;

beforeAll(async () => {
  books = await TestLedger.open(32);
});
afterEach(() => books.expectBalanced());
afterAll(() => books.close());

/** An account with 100 credits of which request `r` holds 24. */
async function withReservation(): Promise<string> {
  const account = newId();
  await books.grantPromotion(account, 100);
  await granted(books.reserve(account, 'r', 24));
  return account;
}

const charge = (account: string, credits = 18) =>
  books.ledger.cancellations.charge(account, 'r', credits);

test('a cancelled generation is charged what it had used, and the rest comes back', async () => {
  const account = await withReservation();
  expect(await granted(charge(account))).toMatchObject({
    status: 'committed',
    reason: 'cancelled',
    outputUrl: null,
    reserved: 24,
    charged: 18,
    allocations: [{ credits: 24, charged: 18 }],
  });
  expect(await books.ledger.balance(account)).toMatchObject({
    available: 82,
    reserved: 0,
    spent: 18,
  });
  const [entry] = (await books.ledger.history(account, { limit: 1 })).entries;
  expect(entry).toMatchObject({ type: 'commit', availableDelta: 6, reason: 'cancelled' });
});

test('it counts among what the account uses, and what came back doesn’t', async () => {
  const account = await withReservation();
  await granted(charge(account));
  const used = await books.ledger.usage(account, '2020-01-01T00:00:00Z');
  expect(used).toMatchObject([{ kind: 'text-to-image', credits: 18, generations: 1 }]);
  const { settings } = books.ledger;
  await granted(settings.setLimits({ accountId: account, key: 'k', dailyCreditsMax: 20 }));
  expect(await refusal(books.reserve(account, 'more', 3))).toMatchObject({
    code: 'DAILY_LIMIT_REACHED',
    details: { used: 18 },
  });
});

test('all that was reserved may be charged, and no more', async () => {
  const account = await withReservation();
  expect(await refusal(charge(account, 25))).toEqual({
    code: 'COMMIT_EXCEEDS_RESERVATION',
    details: { credits: 25, reserved: 24 },
  });
  expect(await granted(charge(account, 24))).toMatchObject({ charged: 24 });
});

test('a charge below nothing breaks a rule, and changes nothing', async () => {
  const account = await withReservation();
  await expect(charge(account, -1)).rejects.toMatchObject({ code: 'LEDGER_RULE_BROKEN' });
  expect(await books.entryTypes(account)).toEqual(['grant', 'reserve']);
});

test('a charge that comes again gets the first answer', async () => {
  const account = await withReservation();
  const first = await granted(charge(account));
  expect(await charge(account)).toEqual({ ok: true, value: first, replayed: true });
  expect(await books.entryTypes(account)).toEqual(['grant', 'reserve', 'commit']);
});

describe('a second end is refused, naming the first:', () => {
  const details = { ...CHARGED, outputUrl: null };
  const resolved = (first: object) => ({ code: 'RESERVATION_RESOLVED', details: first });

  test('a release, another charge and an output after a charge', async () => {
    const account = await withReservation();
    await granted(charge(account));
    const { ledger } = books;
    expect(await refusal(ledger.release(account, 'r', 'orphaned'))).toEqual(resolved(details));
    expect(await refusal(charge(account, 17))).toEqual(resolved(details));
    expect(await refusal(ledger.commit(account, 'r', 18, OUTPUT))).toEqual(resolved(details));
  });

  test('a charge after a release, or after an output of the same price', async () => {
    const released = await withReservation();
    await granted(books.ledger.release(released, 'r', 'orphaned'));
    expect(await refusal(charge(released))).toMatchObject(
      resolved({ outcome: 'released', charged: 0, reason: 'orphaned' }),
    );
    const delivered = await withReservation();
    await granted(books.ledger.commit(delivered, 'r', 18, OUTPUT));
    expect(await refusal(charge(delivered))).toMatchObject(
      resolved({ outcome: 'committed', charged: 18, reason: null, outputUrl: OUTPUT }),
    );
  });

  test('a charge of a request that was never seen, or that waits', async () => {
    const account = newId();
    expect((await refusal(charge(account))).code).toBe('RESERVATION_NOT_FOUND');
    await books.grantPromotion(account, 1);
    await books.park(account, 'r', 24);
    expect((await refusal(charge(account))).code).toBe('RESERVATION_NOT_FOUND');
  });
});

test('one end wins where charges, releases and outputs race, and all others are told which', async () => {
  for (let round = 0; round < 10; round += 1) {
    const account = await withReservation();
    const ends: (() => Promise<Outcome<RequestRecord>>)[] = [
      () => charge(account),
      () => books.ledger.release(account, 'r', 'orphaned'),
      () => books.ledger.commit(account, 'r', 24, OUTPUT),
    ];
    const outcomes = await atOnce(30, (i) => (ends[(i + round) % 3] as (typeof ends)[0])());
    const won = outcomes.flatMap((outcome) => (outcome.ok ? [outcome.value.charged] : []));
    expect(new Set(won).size).toBe(1);
    expect(outcomes.filter((outcome) => outcome.ok && !outcome.replayed)).toHaveLength(1);
    expect(won).toHaveLength(10);
    expect(await books.ledger.balance(account)).toMatchObject({ reserved: 0, spent: won[0] });
  }
});
