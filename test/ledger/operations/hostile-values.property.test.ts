import { FUNCTIONS } from './function-arguments';
import { HostileLedger, TAKING } from './hostile-ledger';

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

test.each(TAKING)('%s answers or refuses some values', (name, args) =>
  hostileLedger.expectAnswers(name, args, 3),
);
