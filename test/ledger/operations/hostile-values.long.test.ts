import { HostileLedger, TAKING } from './hostile-ledger';
import { EACH_HOSTILE_TEXT, leavesOf, withHostile } from './hostile-values-support';

test('each function answers or refuses each hostile text in each place', async () => {
  const hostileLedger = await HostileLedger.open();
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
  await hostileLedger.closeAudited();
});
