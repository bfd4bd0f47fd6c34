import { ACCOUNT, AuditedLedger } from './audited-ledger';
import { OF_BILLING } from './corruptions/of-billing';
import { OF_CREDITS } from './corruptions/of-credits';
import { OF_DISPUTES } from './corruptions/of-disputes';
import { OF_SALES } from './corruptions/of-sales';
import { OF_WORDS, UNREADABLE } from './corruptions/of-words';

let ledger: AuditedLedger;

beforeAll(async () => {
  ledger = await AuditedLedger.open();
  expect((await ledger.books.ledger.audit()).violations).toEqual([]);
  await ledger.begin();
});
afterAll(() => ledger.close());

const invariantsOf = async (damage: string) =>
  (await ledger.findings(damage)).map(({ invariant }) => invariant);

test('the audit of an undamaged ledger finds nothing', async () => {
  expect(await ledger.findings('')).toEqual([]);
});

describe('the audit finds', () => {
  test.each([...OF_CREDITS, ...OF_SALES, ...OF_DISPUTES, ...OF_BILLING, ...OF_WORDS])(
    '%s broken by: %s',
    async (invariant, damage) => {
      expect(await invariantsOf(damage)).toContain(invariant);
    },
  );

  test.each(UNREADABLE)('%s broken by, and goes on after: %s', async (invariant, damage) => {
    const elsewhere = "UPDATE holdfast.accounts SET spent = spent + 1 WHERE account_id = 'ended'";
    const found = await ledger.findings(`${damage};${elsewhere}`);
    expect(found.map((violation) => violation.invariant)).toContain(invariant);
    expect(found).toContainEqual(
      expect.objectContaining({ invariant: 'journal-gives-balances', accountId: 'ended' }),
    );
  });
});

test('a finding names its account', async () => {
  const found = await ledger.findings(
    `UPDATE holdfast.accounts SET watched = false WHERE account_id = '${ACCOUNT}'`,
  );
  expect(found).toEqual([{ invariant: 'limits-are-looked-for', accountId: ACCOUNT, detail: {} }]);
});
