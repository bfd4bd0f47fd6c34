import {
  CLOCK_DIFFERENCE_MAX_MS,
  type ClockReading,
  type HoldfastClient,
  readClock,
} from '../../../../client/client';
import type { HealthCheck } from '../../../../contract/operation';
import type { Connections } from '../../../connections';
import { unlessAway } from './finding';

const HERE = 'this machine';

interface Clock extends ClockReading {
  name: string;
}

/** The clocks of Temporal, Postgres and this machine; of those that can be asked. */
export async function checkClocks(connections: Connections): Promise<HealthCheck> {
  const temporal = await unlessAway(async () => {
    const client: HoldfastClient = await connections.client();
    return client.operations.serverClock();
  });
  const postgres = await unlessAway(() =>
    readClock(async () => Date.parse((await connections.ledger().holds.scope()).now)),
  );
  return clocksInWords([
    ...(temporal ? [{ name: 'Temporal', ...temporal }] : []),
    ...(postgres ? [{ name: 'Postgres', ...postgres }] : []),
    { name: HERE, aheadMs: 0, errorMs: 0 },
  ]);
}

/** Compares each with each: the last is this machine's own. */
export function clocksInWords(clocks: Clock[]): HealthCheck {
  const name = 'clocks';
  const others = clocks.filter((clock) => clock.name !== HERE);
  if (others.length === 0) return { name, ok: true, detail: 'no other clock could be read' };
  const detail = others.map((clock) => `${clock.name} ${aheadInWords(clock)}`).join(', ');
  const pairs = clocks.flatMap((one, index) =>
    clocks.slice(index + 1).map((other) => ({ one, other })),
  );
  const isApart = pairs.some(
    ({ one, other }) =>
      Math.abs(one.aheadMs - other.aheadMs) - one.errorMs - other.errorMs > CLOCK_DIFFERENCE_MAX_MS,
  );
  if (!isApart) return { name, ok: true, detail };
  return {
    name,
    ok: false,
    detail: `${detail}: more than ${CLOCK_DIFFERENCE_MAX_MS / 1000} s apart`,
    fix: 'Let NTP set the clock of each machine (`timedatectl` shows it). docs/how-to/production.md says what goes wrong meanwhile: this machine’s counts pollers.',
  };
}

function aheadInWords({ aheadMs, errorMs }: ClockReading): string {
  if (Math.abs(aheadMs) <= errorMs) return `agrees with ${HERE}`;
  const seconds = (Math.abs(aheadMs) / 1000).toFixed(1);
  return `is ${seconds} s ${aheadMs > 0 ? 'ahead of' : 'behind'} ${HERE}`;
}
