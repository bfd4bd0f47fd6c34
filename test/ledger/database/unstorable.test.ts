import { ERROR_CATALOGUE } from '../../../contract/error-catalogue';
import { type ErrorCode, HoldfastError } from '../../../contract/errors';
import { translateError } from '../../../ledger/connection/errors';
import { granted, newId, promotion, TestLedger } from '../ledger-support';

let books: TestLedger;

beforeAll(async () => {
  books = await TestLedger.open();
});
afterEach(() => books.expectBalanced());
afterAll(() => books.close());

const ONES = '1'.repeat(250_000);

async function failureOf(call: Promise<unknown>): Promise<HoldfastError> {
  const error = await call.then(
    (answer) => new Error(`answered ${JSON.stringify(answer)}`),
    (thrown) => thrown,
  );
  if (error instanceof HoldfastError) return error;
  throw error;
}

describe('a value that Postgres can’t take is VALUE_NOT_STORABLE, is not retried, and its error does not quote it', () => {
  const calls: [what: string, sqlState: string, call: () => Promise<unknown>][] = [
    ['a NUL', '22021', () => books.ledger.release(newId(), 'r', 'hush\0')],
    [
      'half a surrogate pair in JSON',
      '22P02',
      () => books.ledger.grant(newId(), 'k', promotion(1, { reason: 'hush\ud800' })),
    ],
    [
      'a NUL in JSON',
      '22P05',
      () => books.ledger.grant(newId(), 'k', promotion(1, { reason: 'hush\0' })),
    ],
    [
      'a number out of range',
      '22003',
      () => books.ledger.deduct(newId(), 'k', { credits: 1e30, reason: 'x', by: 'x' }),
    ],
    [
      'half a credit',
      '22P02',
      () => books.ledger.deduct(newId(), 'k', { credits: 0.5, reason: 'x', by: 'x' }),
    ],
    [
      'a date that no calendar has',
      '22008',
      () => books.ledger.balance(newId(), '2026-02-31T00:00:00Z'),
    ],
    ['a time in words', '22007', () => books.ledger.history(newId(), { since: `hush ${ONES}` })],
    [
      'a text that no index takes',
      '54000',
      () => books.ledger.purchases.settle('index', 'p', longText(1_000_000)),
    ],
  ];

  beforeAll(async () => {
    await granted(
      books.ledger.subscriptions.subscribe('index', 's', {
        planId: 'lite-monthly',
        paymentReference: 'p',
      }),
    );
    await granted(
      books.ledger.purchases.open('index', 'p', { packId: 'pack-125', shownPriceCents: 4900 }),
    );
  });

  test.each(calls)('such as %s: SQLSTATE %s', async (_, sqlState, call) => {
    const error = await failureOf(call());
    expect(error).toMatchObject({
      code: 'VALUE_NOT_STORABLE',
      retryable: false,
      details: { sqlState },
    });
    expect(error.message).toContain(sqlState);
    // Neither the message nor anything that Temporal would be told of it repeats the value.
    expect(error.message.length).toBeLessThan(200);
    expect(error.cause).toBeUndefined();
    expect(JSON.stringify(error)).not.toMatch(/hush|1111/);
  });
});

describe('a broken rule of the ledger', () => {
  /** Fails the first `times` inserts of a key with that SQLSTATE. The count goes on when their transactions are rolled back. */
  async function breakInserts(sqlState: string, times: number): Promise<void> {
    await books.owner.query(`
      CREATE SEQUENCE holdfast.broken;
      CREATE FUNCTION holdfast.break_insert() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        IF nextval('holdfast.broken') <= ${times} THEN
          RAISE EXCEPTION 'broken by the test' USING ERRCODE = '${sqlState}';
        END IF;
        RETURN NEW;
      END $$;
      GRANT USAGE ON SEQUENCE holdfast.broken TO PUBLIC;
      CREATE TRIGGER broken BEFORE INSERT ON holdfast.idempotency_keys FOR EACH ROW EXECUTE FUNCTION holdfast.break_insert()`);
  }
  const mend = () =>
    books.owner.query(`DROP TRIGGER broken ON holdfast.idempotency_keys; DROP FUNCTION holdfast.break_insert;
      DROP SEQUENCE holdfast.broken`);
  const attempts = async () =>
    (await books.owner.query('SELECT last_value::int FROM holdfast.broken')).rows[0].last_value;

  afterEach(mend);

  test.each(['23505', '23514', '23503'])(
    '(SQLSTATE %s) is repeated once with the same key, and then succeeds',
    async (sqlState) => {
      await breakInserts(sqlState, 1);
      const account = newId();
      expect(await books.ledger.grant(account, 'k', promotion(5))).toMatchObject({
        ok: true,
        replayed: false,
      });
      expect(await attempts()).toBe(2);
      expect(await books.ledger.balance(account)).toMatchObject({ available: 5 });
    },
  );

  test.each(['23505', '23514', '23001'])(
    '(SQLSTATE %s) that stays broken is LEDGER_RULE_BROKEN, after one repetition',
    async (sqlState) => {
      await breakInserts(sqlState, 9);
      const account = newId();
      const error = await failureOf(books.ledger.grant(account, 'k', promotion(5)));
      expect(error).toMatchObject({
        code: 'LEDGER_RULE_BROKEN',
        retryable: false,
        details: { sqlState },
      });
      expect(await attempts()).toBe(2);
      expect(await books.ledger.balance(account)).toMatchObject({ available: 0 });
    },
  );

  test.each(['57014', '22003'])(
    'is the only case that is repeated: SQLSTATE %s is not',
    async (sqlState) => {
      await breakInserts(sqlState, 9);
      await failureOf(books.ledger.grant(newId(), 'k', promotion(5)));
      expect(await attempts()).toBe(1);
    },
  );
});

test.each<[string, ErrorCode]>([
  ['22000', 'VALUE_NOT_STORABLE'],
  ['2201X', 'VALUE_NOT_STORABLE'],
  ['22P06', 'VALUE_NOT_STORABLE'],
  ['54001', 'VALUE_NOT_STORABLE'],
  ['54023', 'VALUE_NOT_STORABLE'],
  ['23000', 'LEDGER_RULE_BROKEN'],
  ['23P01', 'LEDGER_RULE_BROKEN'],
  ['53300', 'LEDGER_UNAVAILABLE'],
  ['57P01', 'LEDGER_UNAVAILABLE'],
  ['42601', 'INTERNAL'],
  ['2200', 'INTERNAL'],
])('SQLSTATE %s is %s', (code, expected) => {
  expect(translateError(Object.assign(new Error('said'), { code })).code).toBe(expected);
});

test('an outage is retryable; a value that can’t be stored and a broken rule are not', () => {
  expect(ERROR_CATALOGUE.LEDGER_UNAVAILABLE).toMatchObject({
    class: 'unavailable',
    retryable: true,
  });
  expect(ERROR_CATALOGUE.VALUE_NOT_STORABLE).toMatchObject({
    class: 'bad-input',
    retryable: false,
  });
  expect(ERROR_CATALOGUE.LEDGER_RULE_BROKEN).toMatchObject({ class: 'internal', retryable: false });
});

/** A text of letters that don't repeat, so that Postgres can't compress it. */
function longText(length: number): string {
  let state = 1;
  return Array.from({ length }, () => {
    state = (state * 48_271) % 2_147_483_647;
    return String.fromCharCode(97 + (state % 26));
  }).join('');
}
