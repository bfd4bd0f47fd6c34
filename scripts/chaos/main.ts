import { parseArgs } from 'node:util';
import { inWords } from './report';
import { type RunAsked, run } from './run';

/** `npm run chaos -- --minutes M --seed S [--json]`: docs/explanation/reliability.md says what it shows. */

function asked(): RunAsked & { json: boolean } {
  const { values } = parseArgs({
    options: {
      minutes: { type: 'string', default: '2' },
      seed: { type: 'string', default: String(Date.now() % 1_000_000) },
      json: { type: 'boolean', default: false },
    },
  });
  const minutes = Number(values.minutes);
  const seed = Number(values.seed);
  if (!(minutes > 0 && minutes <= 1_440)) throw new Error('--minutes takes a number up to 1440.');
  if (!Number.isSafeInteger(seed)) throw new Error('--seed takes a whole number.');
  return { minutes, seed, json: values.json };
}

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}

async function main(): Promise<boolean> {
  const { json, ...asks } = asked();
  say(`Chaos for ${asks.minutes} minutes, seed ${asks.seed}`);
  try {
    const report = await run(asks, say);
    process.stdout.write(`${json ? JSON.stringify(report, undefined, 2) : inWords(report)}\n`);
    return report.differences.length === 0;
  } catch (error) {
    say(`Seed ${asks.seed}`);
    throw error;
  }
}

main().then(
  (isClean) => process.exit(isClean ? 0 : 1),
  (error) => {
    say(error instanceof Error ? (error.stack ?? error.message) : String(error));
    process.exit(1);
  },
);
