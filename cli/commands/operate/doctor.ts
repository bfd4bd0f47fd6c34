import type { Command } from 'commander';
import type { HoldfastClient, PollingBuild, TaskQueueState } from '../../../client/client';
import { namespaceOf } from '../../../config/temporal';
import { HoldfastError } from '../../../contract/errors';
import { ledgerMismatchInWords } from '../../../contract/ledger-identity';
import { type HealthCheck, health } from '../../../contract/operation';
import { isSameTemporal, mismatchInWords } from '../../../contract/temporal-identity';
import { addCommand, type Run } from '../../command';
import type { Connections } from '../../connections';
import { EXIT } from '../../errors';
import { counted, timeInWords } from '../../words';

/** If the oldest task has waited for longer, there are too few workers. */
const BACKLOG_AGE_MAX_SECONDS = 60;

const SAME =
  'Point DATABASE_URL and TEMPORAL_… at the same installation; see docs/how-to/runbook.md.';

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

async function checkLedger(connections: Connections): Promise<HealthCheck[]> {
  try {
    await connections.ledger().ledgerId();
    const { catalogVersion, validUntil } = await connections.ledger().effectiveCatalog();
    const until = validUntil === null ? '' : `, the next one from ${timeInWords(validUntil)}`;
    return [
      { name: 'postgres', ok: true, detail: 'reachable' },
      { name: 'schema', ok: true, detail: 'migrated' },
      { name: 'catalog', ok: true, detail: `version ${catalogVersion} is effective${until}` },
    ];
  } catch (error) {
    const { code, message } = findingOf(error);
    if (code !== 'LEDGER_NOT_MIGRATED') {
      return [
        {
          name: 'postgres',
          ok: false,
          detail: message,
          fix: 'Start Postgres, or correct DATABASE_URL.',
        },
      ];
    }
    return [
      { name: 'postgres', ok: true, detail: 'reachable' },
      { name: 'schema', ok: false, detail: message, fix: 'Run `holdfast migrate`.' },
    ];
  }
}

async function checkTemporal(connections: Connections): Promise<HealthCheck[]> {
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

/** What this process would encrypt: all processes are to have the same keys, in the same order. */
function codecFinding({ config: { codecKeys } }: Connections): HealthCheck {
  const name = 'payload-codec';
  if (codecKeys === undefined)
    return { name, ok: true, detail: 'off here: payloads in Temporal stand in clear' };
  const [current = '', ...others] = codecKeys.map(({ id }) => id);
  const more = others.length > 0 ? `, and reads ${others.join(', ')} too` : '';
  return { name, ok: true, detail: `this command encrypts payloads by key ${current}${more}` };
}

/** Empty if the ledger can't be asked, which has a finding of its own. */
async function identityFindings(
  client: HoldfastClient,
  connections: Connections,
): Promise<HealthCheck[]> {
  const seen = await client.operations.identity();
  const recorded = await unlessAway(() => connections.ledger().recordedTemporalIdentity());
  if (recorded === undefined) return [];
  const name = 'temporal-identity';
  if (recorded === null) return [{ name, ok: true, detail: 'no process has recorded it yet' }];
  if (isSameTemporal(recorded, seen)) {
    return [
      {
        name,
        ok: true,
        detail: `namespace ${seen.namespace} is the one that the ledger belongs to`,
      },
    ];
  }
  return [{ name, ok: false, detail: mismatchInWords(recorded, seen), fix: SAME }];
}

/** Whose namespace this is. Empty if the ledger can't be asked. */
async function ledgerFindings(
  client: HoldfastClient,
  connections: Connections,
): Promise<HealthCheck[]> {
  const recorded = await client.operations.recordedLedger();
  const own = await unlessAway(() => connections.ledger().ledgerId());
  if (own === undefined) return [];
  const namespace = namespaceOf(connections.config.temporal);
  const name = 'ledger-identity';
  if (recorded === null)
    return [{ name, ok: true, detail: `namespace ${namespace} records no ledger yet` }];
  if (recorded === own)
    return [{ name, ok: true, detail: `namespace ${namespace} belongs to this ledger, ${own}` }];
  return [{ name, ok: false, detail: ledgerMismatchInWords(recorded, own, namespace), fix: SAME }];
}

/** The ledger's answer; undefined if it can't be asked, which has a finding of its own. */
async function unlessAway<Answer>(ask: () => Promise<Answer>): Promise<Answer | undefined> {
  try {
    return await ask();
  } catch (error) {
    findingOf(error);
    return undefined;
  }
}

function checkWorkers({ taskQueue, type, pollers, builds }: TaskQueueState): HealthCheck {
  const queue = `${counted(pollers, 'poller', 'pollers')} for ${type} tasks on task queue ${taskQueue}`;
  const check = {
    name: `workers-${type}-${taskQueue}`,
    detail: [queue, ...builds.map(buildInWords)].join('; '),
  };
  if (pollers > 0) return { ...check, ok: true };
  const fix =
    builds.length > 0
      ? 'Make a build current that has workers (`temporal worker deployment set-current-version`); see docs/how-to/deploy.md.'
      : 'Start a worker (`npm run dev`, or `node dist/worker/main.js`) on this task queue.';
  return { ...check, ok: false, fix };
}

function buildInWords({ deployment, buildId, pollers, routing }: PollingBuild): string {
  const build = buildId === null ? 'without a deployment' : `of ${deployment} ${buildId}`;
  const work = { current: 'current', ramping: 'ramping', none: 'gets no new work' }[routing];
  return `${counted(pollers, 'poller', 'pollers')} ${build} (${work})`;
}

function checkBacklog(queues: TaskQueueState[]): HealthCheck {
  const waiting = queues.reduce((sum, { backlog }) => sum + backlog, 0);
  const oldestSeconds = Math.max(0, ...queues.map(({ backlogAgeSeconds }) => backlogAgeSeconds));
  const detail =
    waiting === 0
      ? 'nothing waits'
      : `about ${waiting} tasks wait, the oldest for ${oldestSeconds} s`;
  if (oldestSeconds <= BACKLOG_AGE_MAX_SECONDS) return { name: 'backlog', ok: true, detail };
  return {
    name: 'backlog',
    ok: false,
    detail,
    fix: 'Start more workers, or find out what keeps these busy.',
  };
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

/**
 * The error as a finding. Anything but a HoldfastError is a fault of the program, and is thrown.
 */
function findingOf(error: unknown): HoldfastError {
  if (error instanceof HoldfastError) return error;
  throw error;
}
