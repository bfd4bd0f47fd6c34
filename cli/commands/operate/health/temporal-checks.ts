import type { HoldfastClient } from '../../../../client/client';
import type { HealthCheck } from '../../../../contract/operation';
import type { Connections } from '../../../connections';
import { timeInWords } from '../../../words';
import { findingOf } from './finding';
import { identityFindings, ledgerFindings } from './identity-checks';
import { checkBacklog, checkWorkers } from './worker-checks';

/** The server, what belongs to whom, workers, backlog and Schedule. */
export async function checkTemporal(connections: Connections): Promise<HealthCheck[]> {
  try {
    const client = await connections.client();
    const queues = await client.operations.taskQueues();
    return [
      {
        name: 'temporal',
        ok: true,
        detail: `reachable at ${connections.config.temporal?.connectionOptions.address}`,
      },
      ...(await identityFindings(client, connections)),
      ...(await ledgerFindings(client, connections)),
      ...queues.map(checkWorkers),
      checkBacklog(queues),
      await checkSchedule(client),
    ];
  } catch (error) {
    const { code, message } = findingOf(error);
    const fix =
      code === 'PAYLOAD_UNREADABLE'
        ? 'Give this command the HOLDFAST_CODEC_KEYS of the other processes.'
        : 'Start Temporal, or correct TEMPORAL_ADDRESS and TEMPORAL_NAMESPACE.';
    return [{ name: 'temporal', ok: false, detail: message, fix }];
  }
}

async function checkSchedule(client: HoldfastClient): Promise<HealthCheck> {
  const name = 'reconciliation-schedule';
  const schedule = await client.operations.reconciliationSchedule();
  if (schedule === null)
    return { name, ok: false, detail: 'there is none', fix: 'Run `holdfast setup`.' };
  if (schedule.paused) {
    return {
      name,
      ok: false,
      detail: 'it is paused',
      fix: 'Unpause the Schedule `reconciliation` in Temporal’s UI.',
    };
  }
  return { name, ok: true, detail: `the next pass begins ${timeInWords(schedule.nextAt)}` };
}
