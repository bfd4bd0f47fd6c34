import type { GrantBody } from '../../../contract/grant';
import {
  atOnce,
  DAY_MS,
  granted,
  later,
  newId,
  promotion,
  refusal,
  START,
  TestLedger,
} from '../ledger-support';

let books: TestLedger;
let now = START;
beforeAll(async () => {
  books = await TestLedger.open();
});
/** Each test has a day of its own. */
beforeEach(async () => {
  now = later(now, DAY_MS);
  await books.setClock(now);
});
afterAll(async () => {
  await books.expectBalanced();
  await books.close();
});

const LIMITS = { creditsMax: 60, creditsPerDay: 100 };

const grant = (account: string, credits: number, key = newId('key'), limits = LIMITS) =>
  books.ledger.grants.byWorkflow(account, key, bodyOf(credits), limits);

const bodyOf = (credits: number): GrantBody =>
  promotion(credits, { expiresAt: later(now, 30 * DAY_MS) });

async function hasRow(account: string): Promise<boolean> {
  const text = 'SELECT FROM holdfast.accounts WHERE account_id = $1';
  return (await books.owner.query(text, [account])).rowCount === 1;
}

test('without limits nothing is granted, and no account is opened', async () => {
  const account = newId();
  const asked = books.ledger.grants.byWorkflow(account, 'k', bodyOf(1), undefined);
  expect(await refusal(asked)).toEqual({ code: 'GRANTS_NOT_CONFIGURED', details: {} });
  expect(await hasRow(account)).toBe(false);
});

test('one limit alone counts as none', async () => {
  const { rows } = await books.owner.query(
    "SELECT holdfast.grant_by_workflow('a', 'k', $1, 60, NULL, NULL, NULL) AS one, holdfast.grant_by_workflow('a', 'k', $1, NULL, 100, NULL, NULL) AS other",
    [JSON.stringify(bodyOf(1))],
  );
  const refused = { refusal: { code: 'GRANTS_NOT_CONFIGURED', details: {} } };
  expect(rows).toEqual([{ one: refused, other: refused }]);
});

test('a grant above the maximum of one is refused with both figures, and opens no account', async () => {
  const account = newId();
  expect(await refusal(grant(account, 61))).toEqual({
    code: 'GRANT_LIMIT_EXCEEDED',
    details: { credits: 61, creditsMax: 60 },
  });
  expect(await hasRow(account)).toBe(false);
  expect(await granted(grant(account, 60))).toMatchObject({ credits: 60 });
});

test('the day’s maximum is that of all accounts together, and the next day begins anew', async () => {
  await granted(grant(newId(), 60));
  await granted(grant(newId(), 30));
  expect(await refusal(grant(newId(), 11))).toEqual({
    code: 'DAILY_GRANTS_REACHED',
    details: { credits: 11, granted: 90, creditsPerDay: 100, resetsAt: later(now, DAY_MS) },
  });
  await granted(grant(newId(), 10));
  await books.setClock(later(now, DAY_MS - 1));
  expect(await refusal(grant(newId(), 1))).toMatchObject({ code: 'DAILY_GRANTS_REACHED' });
  now = later(now, DAY_MS);
  await books.setClock(now);
  await granted(grant(newId(), 60));
});

test('a repetition counts once, and gets its answer when there are no limits any more', async () => {
  const account = newId();
  const first = await granted(grant(account, 60, 'k'));
  for (const limits of [LIMITS, { creditsMax: 1, creditsPerDay: 1 }, undefined]) {
    expect(await books.ledger.grants.byWorkflow(account, 'k', bodyOf(60), limits)).toEqual({
      ok: true,
      replayed: true,
      value: first,
    });
  }
  expect(await refusal(grant(account, 59, 'k'))).toMatchObject({ code: 'IDEMPOTENCY_CONFLICT' });
  await granted(grant(newId(), 40));
});

test('an operator’s grant has no maximum and doesn’t count, and shares its keys with workflows', async () => {
  const account = newId();
  const first = await granted(books.ledger.grant(account, 'k', bodyOf(1_000)));
  expect(await granted(grant(account, 1_000, 'k'))).toEqual(first);
  await granted(grant(account, 60));
  await granted(grant(account, 40));
});

test('a grant that is refused for another reason doesn’t count', async () => {
  const body = promotion(60, { expiresAt: START });
  for (let count = 0; count < 3; count += 1) {
    const asked = books.ledger.grants.byWorkflow(newId(), 'k', body, LIMITS);
    expect(await refusal(asked)).toMatchObject({ code: 'EXPIRY_IN_PAST' });
  }
  await granted(grant(newId(), 60));
});

test('grants at once never pass the day’s maximum, and each key counts once', async () => {
  const accounts = Array.from({ length: 8 }, () => newId());
  const asked = await atOnce(32, (index) => grant(String(accounts[index % 8]), 25, 'k'));
  const given = asked.filter((outcome) => outcome.ok && !outcome.replayed);
  expect(given).toHaveLength(4);
  const balances = await Promise.all(accounts.map((account) => books.ledger.balance(account)));
  expect(balances.reduce((sum, balance) => sum + balance.granted, 0)).toBe(100);
  for (const outcome of asked) {
    if (!outcome.ok) expect(outcome.refusal.code).toBe('DAILY_GRANTS_REACHED');
  }
});
