import { randomInt } from 'node:crypto';
import { fuzz } from './run/fuzz';

/** Two one after the other, one with calls at once, and one in batches. `model.long.test.ts` has many more. */
const RUNS = 4;
/** A run may be drawn so short that nothing travels together. */
const RUNS_MAX = 40;

test('the ledger answers as the rules say, to a few runs of calls in any order', async () => {
  const { runs, operations, batched } = await fuzz(
    { seed: randomInt(2 ** 31), runs: RUNS_MAX },
    (sofar) => sofar.runs >= RUNS && sofar.batched > 0,
  );
  expect(operations).toBeGreaterThan(runs);
  expect(batched).toBeGreaterThan(0);
});
