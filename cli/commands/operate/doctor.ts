import type { Command } from 'commander';
import { type HealthCheck, health } from '../../../contract/operation';
import { addCommand, type Run } from '../../command';
import type { Connections } from '../../connections';
import { EXIT } from '../../errors';
import { checkLedger } from './health/ledger-checks';
import { checkTemporal } from './health/temporal-checks';

export function addDoctor(program: Command, run: Run): void {
  addCommand(
    program,
    'doctor',
    'Check servers, schema, catalog, workers and backlog: what is wrong and what to do',
    ['holdfast doctor', 'holdfast doctor --json | jq .checks'],
  ).action(
    run(health, async ({ connections }) => {
      const checks = [
        ...(await checkLedger(connections)),
        ...(await checkTemporal(connections)),
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

function checkInWords({ name, ok, detail, fix }: HealthCheck): string[] {
  const line = `${ok ? 'ok      ' : 'PROBLEM '} ${name}: ${detail}`;
  return fix === undefined ? [line] : [line, `          → ${fix}`];
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
