import type { HoldfastClient } from '../../../../client/client';
import { addressOf, namespaceOf } from '../../../../config/temporal';
import type { HoldfastError } from '../../../../contract/errors';
import type { HealthCheck } from '../../../../contract/operation';
import type { Connections } from '../../../connections';
import { timeInWords } from '../../../words';
import { checkOf, findingOf } from './finding';
import { identityFindings, ledgerFindings } from './identity-checks';
import { checkRetention, checkSearchAttributes } from './namespace-checks';
import { checkBacklog, checkWorkers } from './worker-checks';
import { checkWorkflows } from './workflow-checks';

/** How many running workflows are looked at, and who is told of the progress. */
export interface Look {
  limit: number;
  onProgress(looked: number): void;
}

/** The server, what belongs to whom, the namespace, workers, backlog, Schedule and workflows. */
export async function checkTemporal(connections: Connections, look: Look): Promise<HealthCheck[]> {
  const { temporal, reconcileIntervalSeconds, reconcileIdleSeconds } = connections.config;
  const slowestSeconds = Math.max(reconcileIntervalSeconds, reconcileIdleSeconds);
  try {
    const client = await connections.client();
    const queues = await client.operations.taskQueues();
    const address = temporal && addressOf(temporal);
    return [
      { name: 'temporal', ok: true, detail: `reachable at ${address}` },
      ...(await identityFindings(client, connections)),
      ...(await ledgerFindings(client, connections)),
      await checkOf('search-attributes', () => checkSearchAttributes(client), fixOf),
      await checkOf('retention', () => checkRetention(client, slowestSeconds), fixOf),
      ...queues.map(checkWorkers),
      checkBacklog(queues),
      await checkOf('reconciliation-schedule', () => checkSchedule(client), fixOf),
      ...(await workflowFindings(client, namespaceOf(temporal), look)),
    ];
  } catch (error) {
    const finding = findingOf(error);
    return [{ name: 'temporal', ok: false, detail: finding.message, fix: fixOf(finding) }];
  }
}

function fixOf({ code }: HoldfastError): string {
  return code === 'PAYLOAD_UNREADABLE'
    ? 'Give this command the HOLDFAST_CODEC_KEYS of the other processes.'
    : 'Start Temporal, or correct TEMPORAL_ADDRESS and TEMPORAL_NAMESPACE.';
}

async function workflowFindings(
  client: HoldfastClient,
  namespace: string,
  look: Look,
): Promise<HealthCheck[]> {
  try {
    return checkWorkflows(await client.operations.failingWorkflows(look), namespace);
  } catch (error) {
    const finding = findingOf(error);
    return [{ name: 'workflow-tasks', ok: false, detail: finding.message, fix: fixOf(finding) }];
  }
}

async function checkSchedule({ operations }: HoldfastClient): Promise<Omit<HealthCheck, 'name'>> {
  const schedule = await operations.reconciliationSchedule();
  if (schedule === null)
    return { ok: false, detail: 'there is none', fix: 'Run `holdfast setup`.' };
  if (schedule.paused) {
    return {
      ok: false,
      detail: 'it is paused',
      fix: 'Unpause the Schedule `reconciliation` in Temporal’s UI.',
    };
  }
  return { ok: true, detail: `the next pass begins ${timeInWords(schedule.nextAt)}` };
}
