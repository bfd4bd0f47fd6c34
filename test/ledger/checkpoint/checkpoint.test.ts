import { readFileSync } from 'node:fs';
import { granted, later, MINUTE_MS, START } from '../ledger-support';
import { RELINKED, SignedLedger, withoutAccount } from './checkpoint-support';

let ledger: SignedLedger;

beforeEach(async () => {
  ledger = await SignedLedger.open();
  await ledger.busy('a', 2);
  await ledger.busy('b', 1);
});
afterEach(() => ledger.close());

const linesOf = (file: string) => readFileSync(file, 'utf8').split('\n');

test('a ledger that goes on has all that its checkpoints have signed', async () => {
  const first = await ledger.checkpoint();
  await ledger.generate('a', 'later');
  await ledger.busy('c', 1);
  const second = await ledger.checkpoint();
  const signed = { accounts: 2, entries: 8, at: START };
  for (const file of [first, second]) {
    expect(await ledger.against(file)).toMatchObject({
      code: 0,
      json: { balanced: true, full: true, against: file === first ? signed : { accounts: 3 } },
    });
  }
  const said = await ledger.run(
    'audit',
    'a',
    '--against',
    first,
    '--public-key',
    ledger.key.shared,
  );
  expect(said.stdout).toContain(`Nothing of the checkpoint of ${START} has changed.`);
});

test('several checkpoints are compared at once, and each finding is told once, by the oldest', async () => {
  const files = [await ledger.checkpoint()];
  for (const request of ['later', 'latest']) {
    await ledger.books.advanceClock(MINUTE_MS);
    await ledger.generate('a', request);
    files.push(await ledger.checkpoint());
  }
  const [first = '', second = '', third = ''] = files;
  const also = ['--against', third, '--against', first];
  const times = [{ at: START }, { at: later(START, MINUTE_MS) }];
  expect(await ledger.against(second, ...also)).toMatchObject({
    code: 0,
    json: { balanced: true, against: { at: later(START, 2 * MINUTE_MS) }, earlier: times },
  });
  await ledger.rewrite(
    'a',
    `UPDATE holdfast.entries SET request_id = 'other' WHERE account_id = 'a' AND request_id = 'later';
     UPDATE holdfast.reservations SET request_id = 'other' WHERE account_id = 'a' AND request_id = 'later'`,
  );
  expect(await ledger.found(first)).toEqual([]);
  const { json } = await ledger.against(second, ...also);
  expect((json as { violations: unknown[] }).violations).toEqual([
    {
      invariant: 'signed-entry-unchanged',
      accountId: 'a',
      detail: { signedVersion: 7, version: 9 },
    },
  ]);
});

describe('a checkpoint finds, where all else adds up,', () => {
  let file: string;
  beforeEach(async () => {
    await ledger.books.advanceClock(MINUTE_MS);
    file = await ledger.checkpoint();
  });

  const balanced = async () =>
    expect((await ledger.books.audit({ isFull: true })).violations).toEqual([]);

  test('an entry that was changed, with all that refers to it, and linked anew', async () => {
    await ledger.rewrite(
      'a',
      `UPDATE holdfast.entries SET request_id = 'other' WHERE account_id = 'a' AND request_id = 'r0';
       UPDATE holdfast.reservations SET request_id = 'other' WHERE account_id = 'a' AND request_id = 'r0'`,
    );
    await balanced();
    expect(await ledger.found(file)).toEqual([['signed-entry-unchanged', 'a']]);
  });

  test('a generation that was taken back, and another in its place', async () => {
    const undone = `
      DELETE FROM holdfast.entries WHERE account_id = 'a' AND version > 3;
      DELETE FROM holdfast.reservations WHERE account_id = 'a' AND request_id = 'r1';
      UPDATE holdfast.grants SET remaining = remaining + 2 WHERE account_id = 'a';
      UPDATE holdfast.accounts SET version = 3, available = available + 2, spent = spent - 2, day_credits = day_credits - 2
      WHERE account_id = 'a'`;
    await ledger.rewrite('a', undone);
    await balanced();
    expect(await ledger.found(file)).toEqual([['signed-entry-is-there', 'a']]);
    await ledger.generate('a', 'instead');
    expect(await ledger.found(file)).toEqual([['signed-entry-unchanged', 'a']]);
  });

  test('an account that is gone with all its rows', async () => {
    await ledger.rewrite('a', withoutAccount('a'));
    await balanced();
    const gone = [
      ['signed-account-is-there', 'a'],
      ['signed-act-is-there', 'a'],
    ];
    expect(await ledger.found(file)).toEqual(gone);
    expect(await ledger.found(file, 'a')).toEqual(gone);
  });

  test('an account that was put in, dated before it', async () => {
    await ledger.books.setClock('2029-12-31T00:00:00.000Z');
    await ledger.busy('put-in', 1);
    await ledger.books.setClock('2030-01-02T00:00:00.000Z');
    await balanced();
    expect(await ledger.found(file)).toEqual([['account-was-signed', 'put-in']]);
  });

  test('an act that was changed, and linked anew', async () => {
    await ledger.books.rewrite(
      `UPDATE holdfast.operator_acts SET login = 'innocent' WHERE account_id = 'a'; ${RELINKED}`,
    );
    await balanced();
    expect(await ledger.found(file)).toEqual([['signed-act-unchanged', 'a']]);
  });

  test('an act that was taken out, and one of the ledger as a whole', async () => {
    const act = (account: string) =>
      `(SELECT max(act_id) FROM holdfast.operator_acts WHERE account_id = '${account}')`;
    const words = { reason: 'Ticket 4711', by: 'sam' };
    await granted(ledger.books.ledger.settings.stop({ accountId: 'b', kind: null, ...words }));
    await granted(ledger.books.ledger.settings.admit({ accountId: 'b', kind: null, ...words }));
    const later = await ledger.checkpoint();
    await ledger.books.rewrite(
      `DELETE FROM holdfast.personal_texts AS t USING holdfast.operator_acts AS a
       WHERE a.account_id = 'b' AND a.what IN ('stop', 'admit') AND t.account_id = 'b'
         AND t.text_id IN (a.text_id, a.detail_text_id);
       DELETE FROM holdfast.operator_acts WHERE account_id = 'b' AND what IN ('stop', 'admit');
       DELETE FROM holdfast.operator_acts WHERE act_id = ${act('*')}; ${RELINKED}`,
    );
    await balanced();
    expect(await ledger.found(later)).toEqual([
      ['signed-act-is-there', '*'],
      ['signed-act-is-there', 'b'],
    ]);
  });

  test('a catalog version that was changed, with its hash, its act and all links', async () => {
    await ledger.books.rewrite(
      `UPDATE holdfast.catalog_versions SET document = document || '{"packs": {}}' WHERE version = 1; ${RELINKED}`,
    );
    await balanced();
    expect(await ledger.found(file)).toEqual([
      ['signed-act-unchanged', '*'],
      ['signed-version-unchanged', '*'],
    ]);
  });

  test('a catalog version that is gone', async () => {
    await ledger.books.rewrite(
      `DELETE FROM holdfast.catalog_versions;
       DELETE FROM holdfast.operator_acts WHERE what = 'catalog'; ${RELINKED}`,
    );
    expect(await ledger.found(file)).toContainEqual(['signed-version-is-there', '*']);
  });

  test('acts from before links were kept, once one is changed', async () => {
    await ledger.books.rewrite(`
      UPDATE holdfast.operator_acts SET link = NULL, place = NULL WHERE account_id = 'a';
      DELETE FROM holdfast.act_chains WHERE account_id = 'a';
      UPDATE holdfast.journal_chain SET acts_began_at = 'infinity'`);
    await ledger.books.grantPromotion('a', 1);
    const signed = await ledger.checkpoint();
    expect(await ledger.found(signed)).toEqual([]);
    await ledger.books.rewrite(
      "UPDATE holdfast.operator_acts SET login = 'innocent' WHERE account_id = 'a' AND link IS NULL",
    );
    await balanced();
    expect(await ledger.found(signed)).toEqual([['signed-act-unchanged', 'a']]);
  });

  test('links that were all taken away', async () => {
    await ledger.books.rewrite(`
      UPDATE holdfast.entries SET link = NULL WHERE account_id = 'b';
      UPDATE holdfast.journal_chain SET began_at = 'infinity'`);
    await balanced();
    expect(await ledger.found(file)).toEqual([['signed-entry-unchanged', 'b']]);
  });
});

test('a checkpoint covers entries from before links were kept, without writing to them', async () => {
  await ledger.books.rewrite(`
    UPDATE holdfast.entries SET link = NULL;
    UPDATE holdfast.journal_chain SET began_at = 'infinity'`);
  await ledger.generate('a', 'linked');
  const file = await ledger.checkpoint();
  const rows = await ledger.books.owner.query(
    'SELECT account_id, count(*)::int FROM holdfast.entries WHERE link IS NULL GROUP BY 1 ORDER BY 1',
  );
  expect(rows.rows).toEqual([
    { account_id: 'a', count: 5 },
    { account_id: 'b', count: 3 },
  ]);
  expect(
    linesOf(file)
      .slice(0, 2)
      .map((line) => JSON.parse(line)),
  ).toEqual([
    ['a', 7, expect.stringMatching(/^\w{64}$/), 5, expect.stringMatching(/^\w{64}$/)],
    ['b', 3, '', 3, expect.stringMatching(/^\w{64}$/)],
  ]);
  await ledger.generate('b', 'linked');
  expect(await ledger.found(file)).toEqual([]);
  expect(await ledger.found(await ledger.checkpoint())).toEqual([]);
  await ledger.books.rewrite(
    "UPDATE holdfast.entries SET request_id = 'x' WHERE account_id = 'b' AND request_id = 'r0'; UPDATE holdfast.reservations SET request_id = 'x' WHERE account_id = 'b' AND request_id = 'r0'",
  );
  expect(await ledger.found(file)).toEqual([['signed-beginning-unchanged', 'b']]);
});

test('an erasure takes nothing from what was signed', async () => {
  const body = { credits: 1, reason: 'Asked by Ada', by: 'sam' };
  await ledger.books.ledger.deduct('a', 'k', body);
  const file = await ledger.checkpoint();
  await ledger.books.ledger.interventions.erase({ accountId: 'a', reason: 'asked', by: 'sam' });
  expect(await ledger.found(file)).toEqual([]);
});
