import fc from 'fast-check';
import { FUNCTIONS } from './function-arguments';
import { HostileLedger, TAKING } from './hostile-ledger';
import { hostile, leavesOf, withHostile } from './hostile-values-support';

let hostileLedger: HostileLedger;
beforeAll(async () => {
  hostileLedger = await HostileLedger.open();
});
afterAll(() => hostileLedger.closeAudited());

test('every function that a role may call is tested here', async () => {
  const { rows } = await hostileLedger.books.owner.query(
    `SELECT DISTINCT proname FROM pg_proc
     WHERE pronamespace = 'holdfast'::regnamespace AND prosecdef`,
  );
  const names = rows.map(({ proname }) => proname).sort();
  expect([...new Set(Object.keys(FUNCTIONS).map((name) => name.split(',')[0]))].sort()).toEqual(
    names,
  );
});

test.each(TAKING)('%s answers or refuses every value', async (name, args) => {
  const account = await hostileLedger.furnishedToTry();
  expect(await hostileLedger.outcomeOf(name, args(account))).toBe('answered');
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...leavesOf(args(account))), hostile, async (path, value) => {
      const outcome = await hostileLedger.outcomeOf(name, withHostile(args(account), path, value));
      expect(outcome).toBe('answered');
    }),
    { numRuns: 15, endOnFailure: true },
  );
  // The connections serve on, and the account too.
  expect(await hostileLedger.books.ledger.balance(account)).toMatchObject({ accountId: account });
});
