import { HostileLedger, TAKING } from './hostile-ledger';
import { EACH_HOSTILE_TEXT, leavesOf, withHostile } from './hostile-values-support';

let hostileLedger: HostileLedger;
beforeAll(async () => {
  hostileLedger = await HostileLedger.open();
});
afterAll(() => hostileLedger.closeAudited());

test.each(TAKING)('%s answers or refuses every value', (name, args) =>
  hostileLedger.expectAnswers(name, args, 15),
);

test('each function answers or refuses each hostile text in each place', async () => {
  const account = await hostileLedger.furnished();
  for (const [name, args] of TAKING) {
    for (const path of leavesOf(args(account))) {
      const outcomes = EACH_HOSTILE_TEXT.map((text) =>
        hostileLedger.outcomeOf(name, withHostile(args(account), path, text)),
      );
      expect({ name, path, outcomes: new Set(await Promise.all(outcomes)) }).toEqual({
        ...{ name, path, outcomes: new Set(['answered']) },
      });
    }
  }
});
