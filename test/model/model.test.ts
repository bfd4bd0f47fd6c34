import { fuzz } from './run/fuzz';

test('the ledger answers as the rules say, whatever is called in whatever order', async () => {
  const seed = Number(process.env.SEED ?? Date.now() % 1e9);
  const started = Date.now();
  const fuzzed = await fuzz(
    { seed, runs: Number(process.env.RUNS ?? 5), operations: Number(process.env.OPS ?? 300) },
    () => Date.now() - started > 250_000,
  );
  console.log(
    fuzzed.runs,
    fuzzed.operations,
    Date.now() - started,
    'ms',
    process.env.TALLY
      ? [...fuzzed.tally]
          .sort()
          .map(([a, b]) => `${a} ${b}`)
          .join('\n')
      : '',
  );
});
