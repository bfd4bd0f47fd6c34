import { anySeed, asked, say } from './asked';
import { type Fuzzed, fuzz } from './run/fuzz';

/** `npm run fuzz -- --seed S --runs N` */

const PROGRESS_MS = 10_000;

const { seed, runs } = asked({ seed: anySeed(), runs: 200 });
const started = Date.now();

function sayHowFar({ runs: made, operations, batched }: Fuzzed): void {
  const perSecond = Math.round((operations * 1_000) / Math.max(1, Date.now() - started));
  say(
    `${operations} operations in ${made} of ${runs} runs, ${perSecond} a second; ${batched} in batches`,
  );
}

test('the ledger answers as the rules say', async () => {
  say(`Seed ${seed}, ${runs} runs`);
  let said = started;
  const fuzzed = await fuzz({ seed, runs }, (far) => {
    if (Date.now() - said >= PROGRESS_MS) {
      said = Date.now();
      sayHowFar(far);
    }
    return false;
  });
  sayHowFar(fuzzed);
  for (const [answer, count] of [...fuzzed.tally].sort()) say(`  ${count} × ${answer}`);
});
