import type { ReconciliationReport } from '../../contract/reconciliation';
import { nextPassSeconds } from '../../domain/next-pass';

const NOTHING: ReconciliationReport = {
  ...{ status: 'done', open: 3, extended: 3, missing: 0, unclear: 0 },
  ...{ orphans: 0, released: 0, committed: 0, unsettled: 0 },
  upkeep: {
    ...{ cyclesGranted: 0, termsExpired: 0, endedGrantsBooked: 0, purchasesRestarted: 0 },
    ...{ subscriptionsRestarted: 0, left: 0, accountsAttended: 0 },
  },
};
const PACE = { everySeconds: 60, idleSeconds: 600 };

test('while nothing is due the next pass comes later and later, up to the limit', () => {
  const waits = [60];
  for (let pass = 0; pass < 6; pass += 1)
    waits.push(nextPassSeconds(PACE, NOTHING, waits[pass] as number));
  expect(waits).toEqual([60, 120, 240, 480, 600, 600, 600]);
  expect(nextPassSeconds(PACE, NOTHING)).toBe(120);
});

test.each([
  ['a workflow that was not found', { missing: 1 }],
  ['an unclear answer', { unclear: 1 }],
  ['an orphan', { orphans: 1 }],
  ['a pass that stopped', { status: 'stopped' as const }],
  ['a missed cycle', { upkeep: { ...NOTHING.upkeep, cyclesGranted: 1 } }],
  ['something left', { upkeep: { ...NOTHING.upkeep, left: 1 } }],
  ['an account that needed attention', { upkeep: { ...NOTHING.upkeep, accountsAttended: 1 } }],
])('after %s the next pass comes at the short interval', (_, found) => {
  const report = { ...NOTHING, ...found } as ReconciliationReport;
  expect(nextPassSeconds(PACE, report, 600)).toBe(60);
});

test('the wait is a whole number of intervals, at least one, and a limit that fell holds at once', () => {
  expect(nextPassSeconds({ everySeconds: 45, idleSeconds: 100 }, NOTHING, 45)).toBe(90);
  expect(nextPassSeconds({ everySeconds: 45, idleSeconds: 45 }, NOTHING, 45)).toBe(45);
  expect(nextPassSeconds({ everySeconds: 3_600, idleSeconds: 600 }, NOTHING)).toBe(3_600);
  expect(nextPassSeconds({ everySeconds: 60, idleSeconds: 120 }, NOTHING, 600)).toBe(120);
});
