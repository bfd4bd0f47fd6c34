import { randomInt } from 'node:crypto';
import { fuzz } from './run/fuzz';

/** Two one after the other, and two with calls at once. `model.long.test.ts` has many more. */
const RUNS = 4;

test('the ledger answers as the rules say, to a few runs of calls in any order', async () => {
  const { runs, operations } = await fuzz({ seed: randomInt(2 ** 31), runs: RUNS });
  expect(runs).toBe(RUNS);
  expect(operations).toBeGreaterThan(runs);
});
