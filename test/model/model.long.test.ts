import { randomInt } from 'node:crypto';
import { fuzz } from './run/fuzz';

const WALL_MS = 40_000;

test('the ledger answers as the rules say, to any calls in any order', async () => {
  const end = Date.now() + WALL_MS;
  const { runs, operations } = await fuzz(
    { seed: randomInt(2 ** 31), runs: 1_000 },
    () => Date.now() > end,
  );
  expect(operations).toBeGreaterThan(runs);
});
