import type { AuditPage } from '../../../contract/audit';
import { granted, START, TestLedger } from '../ledger-support';

let books: TestLedger;

beforeEach(async () => {
  books = await TestLedger.open();
});
afterEach(() => books.close());

/** An account with a promotion and `pairs` generations, each of two entries. */
async function busy(account: string, pairs: number): Promise<void> {
  await books.grantPromotion(account, 10 * pairs);
  for (let pair = 0; pair < pairs; pair += 1) await generate(account, `r${pair}`);
}

async function generate(account: string, requestId: string): Promise<void> {
  await granted(books.reserve(account, requestId, 2));
  await granted(books.ledger.commit(account, requestId, 2, 'file:///o'));
}

/** All pages of an audit with so many entries at most. */
async function pages(entriesMax: number, isFull = true): Promise<AuditPage[]> {
  const read: AuditPage[] = [];
  let next: AuditPage['next'] = { from: '', version: null, state: null };
  while (next !== null) {
    const { rows } = await books.owner.query<{ page: AuditPage }>(
      'SELECT holdfast.audit_page(NULL, $1, $2, $3, $4, $5) AS page',
      [next.from, next.version, next.state, isFull, entriesMax],
    );
    const page = rows[0]?.page as AuditPage;
    read.push(page);
    next = page.next;
  }
  return read;
}

const damage = (statement: string) => books.rewrite(statement);
const invariants = ({ violations }: { violations: { invariant: string }[] }) =>
  violations.map(({ invariant }) => invariant);

test('an audit reads an account in as many pages as it needs, and finds the same', async () => {
  await busy('a', 10);
  await busy('b', 3);
  await granted(books.reserve('a', 'open', 2));
  const small = await pages(4);
  expect(small.length).toBeGreaterThan(6);
  const sum = (member: 'accounts' | 'entries' | 'journal') =>
    small.reduce((total, page) => total + page[member], 0);
  expect([sum('accounts'), sum('entries'), sum('journal')]).toEqual([2, 29, 29]);
  expect(small.flatMap(invariants)).toEqual([]);
  await damage(
    "UPDATE holdfast.entries SET at = at + interval '1 s' WHERE account_id = 'a' AND version = 5",
  );
  const found = new Set((await pages(4)).flatMap(invariants));
  expect(found).toEqual(new Set((await pages(1_000)).flatMap(invariants)));
  expect(found).toContain('journal-time-ordered');
});

test('a later audit reads what has come since, unless it is to read all', async () => {
  await busy('a', 3);
  await busy('b', 2);
  expect(await books.ledger.audit()).toMatchObject({ entries: 12, entriesRead: 12 });
  await generate('a', 'new');
  const again = { accounts: 2, entries: 14, violations: [] };
  expect(await books.ledger.audit({ isFull: false })).toEqual({ ...again, entriesRead: 2 });
  expect(await books.ledger.audit({ isFull: false })).toEqual({ ...again, entriesRead: 0 });
  expect(await books.ledger.audit()).toEqual({ ...again, entriesRead: 14 });
  expect(await books.ledger.audit({ accountId: 'b' })).toMatchObject({ accounts: 1, entries: 5 });
  expect(await books.ledger.audit({ from: 'b' })).toMatchObject({ accounts: 1, entries: 5 });
});

test('a mark hides what was rewritten below it, and a full audit finds it', async () => {
  await busy('a', 3);
  await books.ledger.audit();
  await damage("UPDATE holdfast.entries SET reason = 'x' WHERE account_id = 'a' AND version = 3");
  expect(invariants(await books.ledger.audit({ isFull: false }))).toEqual([]);
  expect(invariants(await books.ledger.audit())).toContain('entry-says-why');
});

test('a finding moves no mark, so the next audit finds it again', async () => {
  await busy('a', 1);
  await books.ledger.audit();
  await generate('a', 'new');
  await damage("UPDATE holdfast.entries SET reason = 'x' WHERE account_id = 'a' AND version = 5");
  for (const _ of [1, 2]) {
    expect(invariants(await books.ledger.audit({ isFull: false }))).toEqual([
      'entry-linked',
      'entry-says-why',
      'reservations-match-journal',
    ]);
  }
});

describe('a mark tells of', () => {
  beforeEach(async () => {
    await busy('a', 3);
    await busy('b', 1);
    await books.ledger.audit();
  });

  test('a last entry that was undone as if it had never been', async () => {
    await damage(`
      DELETE FROM holdfast.entries WHERE account_id = 'a' AND version > 5;
      DELETE FROM holdfast.reservations WHERE account_id = 'a' AND request_id = 'r2';
      UPDATE holdfast.grants SET remaining = remaining + 2 WHERE account_id = 'a';
      UPDATE holdfast.accounts SET version = 5, available = available + 2, spent = spent - 2, day_credits = day_credits - 2
      WHERE account_id = 'a'`);
    for (const isFull of [false, true]) {
      expect((await books.audit({ isFull })).violations).toEqual([
        {
          invariant: 'mark-within-journal',
          accountId: 'a',
          detail: { mark: 7, version: 5 },
        },
      ]);
    }
  });

  test('an account that is gone with all its rows', async () => {
    await damage(
      [
        'personal_texts',
        'operator_acts',
        'act_chains',
        'idempotency_keys',
        'entries',
        'reservations',
        'grants',
        'accounts',
      ]
        .map((table) => `DELETE FROM holdfast.${table} WHERE account_id = 'a'`)
        .join(';'),
    );
    expect(invariants(await books.audit({ isFull: false }))).toEqual(['account-is-there']);
  });

  test('itself, when it was rewritten: what it says is not believed', async () => {
    await damage(
      `UPDATE holdfast.audit_marks SET state = jsonb_set(state, '{figures,1}', '0') WHERE account_id = 'a'`,
    );
    const report = await books.audit({ isFull: false });
    expect(invariants(report)).toEqual(['mark-within-journal']);
    expect(report.entriesRead).toBe(7);
  });
});

test('a mark that doesn’t fit the journal is not kept', async () => {
  await busy('a', 1);
  const marks = JSON.stringify([
    { accountId: 'a', version: 3, state: { figures: [], grants: [] } },
  ]);
  await books.owner.query('SELECT holdfast.audit_mark($1)', [marks]);
  expect((await books.owner.query('SELECT FROM holdfast.audit_marks')).rowCount).toBe(0);
});

test('a page writes nothing, and waits for no operation', async () => {
  await busy('a', 1);
  const held = await books.owner.connect();
  try {
    await held.query('BEGIN');
    await held.query('SELECT FROM holdfast.accounts FOR UPDATE');
    await held.query('SET TRANSACTION READ ONLY').catch(() => {});
    expect((await books.ledger.audit()).violations).toHaveLength(0);
  } finally {
    await held.query('ROLLBACK');
    held.release();
  }
});

test('the clock of a page is the test clock where there is one', async () => {
  const { rows } = await books.owner.query('SELECT holdfast.audit_clock() AS now');
  expect(rows[0].now.toISOString()).toBe(START);
});
