import type { Command } from 'commander';
import { whole } from '../../../contract/fields';
import { type Finding, type HealthCheck, health } from '../../../contract/operation';
import { notOverHttp } from '../../api/only-served';
import { addCommand, type Run } from '../../command';
import type { Connections } from '../../connections';
import { EXIT } from '../../errors';
import { wholeOf } from '../../options';
import { notOk } from '../../terminal/red';
import type { Screen } from '../../terminal/screen';
import type { Line } from '../../terminal/table';
import { counted, timeInWords } from '../../words';
import { checkClocks } from './health/clock-check';
import { checkLedger } from './health/ledger-checks';
import { checkTemporal, type Look } from './health/temporal-checks';

const LOOKED_AT = 1_000;
const PROGRESS_EVERY = 1_000;

export function addDoctor(program: Command, run: Run): void {
  addCommand(
    program,
    'doctor',
    'Check servers, schema, clocks, workers, workflows and queues: what is wrong and what to do',
    [
      'holdfast doctor',
      'holdfast doctor --json | jq ".checks[] | select(.ok | not)"',
      'holdfast doctor --workflows 50000',
    ],
  )
    .option(
      '--workflows <number>',
      `how many running workflows to look at, newest first`,
      wholeOf(whole(1), '--workflows'),
      LOOKED_AT,
    )
    .action(
      run(health, async ({ connections, screen }, { workflows }: { workflows: number }) => {
        if (connections.isOverHttp) throw notOverHttp();
        const checks = [
          ...(await checkLedger(connections)),
          ...(await checkTemporal(connections, lookOf(workflows, screen))),
          await checkClocks(connections),
          codecFinding(connections),
        ];
        const healthy = checks.every(({ ok }) => ok);
        return {
          json: { healthy, checks },
          text: checks.flatMap(checkInWords),
          exitCode: healthy ? EXIT.done : EXIT.unavailable,
        };
      }),
    );
}

/** Tells of a long look on stderr. */
function lookOf(limit: number, screen: Screen): Look {
  let told = 0;
  const onProgress = (looked: number) => {
    if (looked < told + PROGRESS_EVERY || looked >= limit) return;
    told = looked;
    screen.note(`${counted(looked, 'workflow', 'workflows')} looked at …`);
  };
  return { limit, onProgress };
}

function checkInWords({ name, ok, detail, fix, found = [] }: HealthCheck): Line[] {
  const line = `${ok ? 'ok      ' : 'PROBLEM '} ${name}: ${detail}`;
  return [
    ok ? line : notOk(line),
    ...(fix === undefined ? [] : [`          → ${fix}`]),
    ...found.flatMap(findingInWords),
  ];
}

function findingInWords({ where, since, what, command }: Finding): string[] {
  return [`          - ${where}, since ${timeInWords(since)}: ${what}`, `            → ${command}`];
}

/** What this process would encrypt: all processes are to have the same keys, in the same order. */
function codecFinding({ config: { codecKeys } }: Connections): HealthCheck {
  const name = 'payload-codec';
  if (codecKeys === undefined)
    return { name, ok: true, detail: 'off here: payloads in Temporal stand in clear' };
  const [current = '', ...others] = codecKeys.map(({ id }) => id);
  const more = others.length > 0 ? `, and reads ${others.join(', ')} too` : '';
  return { name, ok: true, detail: `this command encrypts payloads by key ${current}${more}` };
}
