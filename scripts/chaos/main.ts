import { Command, InvalidArgumentError } from 'commander';
import { inWords } from './report';
import { type RunAsked, run } from './run';

const HELP = `
Each run has servers, processes and files of its own, and leaves nothing. It ends with 1 if an operation was lost, doubled
or left without an end, and prints its seed, which the same load and the same faults come from.

Examples:
  npm run chaos -- --minutes 2                 as CI runs it
  npm run chaos -- --minutes 60 --seed 61201   the long run of docs/explanation/reliability.md
`;

interface Asked extends RunAsked {
  json?: true;
}

function asked(): Asked {
  return new Command('npm run chaos --')
    .description(
      'Kills and disturbs worker, web, Postgres, Temporal and providers under load, then compares all books.',
    )
    .option('--minutes <minutes>', 'how long faults go on, up to 1440', minutesOf, 2)
    .option('--seed <seed>', 'a whole number; any by default', seedOf, Date.now() % 1_000_000)
    .option('--json', 'the figures for machines')
    .addHelpText('after', HELP)
    .parse()
    .opts<Asked>();
}

function minutesOf(said: string): number {
  const minutes = Number(said);
  if (minutes > 0 && minutes <= 1_440) return minutes;
  throw new InvalidArgumentError('It takes a number up to 1440.');
}

function seedOf(said: string): number {
  const seed = Number(said);
  if (said !== '' && Number.isSafeInteger(seed)) return seed;
  throw new InvalidArgumentError('It takes a whole number.');
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
