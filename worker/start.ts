import { join } from 'node:path';
import { log } from '@temporalio/activity';
import { Client, isGrpcServiceError } from '@temporalio/client';
import type { DataConverter } from '@temporalio/common';
import { NativeConnection, Runtime, TransportError, Worker } from '@temporalio/worker';
import { createGenerationActivities } from '../activities/generation/generation-activities';
import { createNoticeActivities } from '../activities/notice-activities';
import { SLOW_CALL_MS_MAX } from '../activities/support/call-deadline';
import { createLedgerCheck } from '../client/ledger-check';
import { createOutboxDelivery } from '../client/outbox-delivery';
import { registerSearchAttributes } from '../client/register-search-attributes';
import { clientSearchedBy } from '../client/searched-by';
import { type CodecConverter, dataConverterOf } from '../codec/data-converter';
import { followApiKey } from '../config/api-key-file';
import { addressOf, namespaceOf } from '../config/temporal';
import { HoldfastError } from '../contract/errors';
import { createLedger, type Ledger } from '../ledger/ledger';
import { expectAccess } from '../ledger/roles/expect-access';
import type { GenerationProvider } from '../providers/generation-provider';
import { createLogNotifier, type Notifier } from '../providers/notifier';
import type { PaymentProvider } from '../providers/payment-provider';
import { createStubGenerationProvider } from '../providers/stub-generation/stub-generation-provider';
import { createWebhookNotifier } from '../providers/webhook/webhook-notifier';
import { noticesTaskQueue } from '../workflows/messages';
import { createActivities } from './activities';
import { warnOfClock } from './clock-warning';
import { workerDataConverter } from './data-converter';
import { deploymentOptions } from './deployment';
import { startHealthServer } from './health';
import { watchLedger } from './ledger-watch';
import type { WorkerConfig } from './worker-config';
import { workflowBundle } from './workflow-bundle';

export interface WorkerOptions {
  /**
   * Your AI service; by default the stub if the configuration asks for it. A worker of workflows
   * alone needs none.
   */
  generationProvider?: GenerationProvider;
  /**
   * Your payment service; by default the stub if the configuration asks for it, else no pack can be
   * bought.
   */
  paymentProvider?: PaymentProvider;
  /** Your delivery of notices; by default the configured webhook, else the log. */
  notifier?: Notifier;
  /**
   * Your codec of Temporal's payloads (`payloadCodecs` alone); by default the one of
   * HOLDFAST_CODEC_KEYS, else none. Web process, command line and your own clients need the same.
   */
  dataConverter?: DataConverter;
  /** The path of the workflow bundle; by default the build's own. */
  workflowBundlePath?: string;
}

export interface RunningWorker {
  /**
   * Takes no new work, lets running activities end within the grace time, and closes the
   * connections.
   */
  stop(): Promise<void>;
  /** Resolves when the worker has stopped; rejects if it stopped because of a failure. */
  finished: Promise<void>;
}

/** Shorter than any pause between two heartbeats that may be set. */
const SDK_HEARTBEAT_MS = 50;

/** Longer than any call of a provider may take. */
const FORCE_AFTER_SECONDS = SLOW_CALL_MS_MAX / 1000 + 5;

/**
 * Starts polling, by role: the workflow queue (workflows, and the activities of ledger and
 * reconciliation) with the queue of notices, the generation queue, or all of them.
 *
 * @throws HoldfastError GENERATION_NOT_CONFIGURED, INVALID_ARGUMENT (an unusable data converter),
 *   TEMPORAL_UNAVAILABLE, LEDGER_UNAVAILABLE, LEDGER_NOT_MIGRATED, LEDGER_ACCESS_DENIED,
 *   LEDGER_MISMATCH, TEMPORAL_IDENTITY_MISMATCH, SEARCH_ATTRIBUTES_MISSING
 */
export async function startWorker(
  config: WorkerConfig,
  options: WorkerOptions = {},
): Promise<RunningWorker> {
  const generationProvider = generationProviderFor(config, options);
  const dataConverter = dataConverterOf(config.codecKeys, options.dataConverter);
  const workers: Worker[] = [];
  // Started first: a port in use is found before there is anything to undo, and a slow start
  // answers 503.
  const health = await startHealthServer(config, workers);
  let connection: NativeConnection | undefined;
  let ledger: Ledger | undefined;
  let forgetKey = () => {};
  const close = async () => {
    forgetKey();
    // Closing the ledger first hands its pending outbox messages to Temporal.
    await Promise.allSettled([health?.close(), ledger?.close()]);
    await connection?.close();
  };
  try {
    connection = await connect(config);
    forgetKey = followApiKey(config.temporal, connection);
    const namespace = namespaceOf(config.temporal);
    const product = new Client({ connection, namespace, dataConverter });
    const temporal = clientSearchedBy(product, config.searchedBy);
    ledger = await openLedger(config, temporal);
    const ledgerCheck = createLedgerCheck(temporal, ledger, config.taskQueue);
    if (ledger) {
      // A worker that could serve nothing must not begin to poll.
      await ledger.effectiveCatalog();
      await ledgerCheck.now();
      await warnOfClock(ledger, (line) => Runtime.instance().logger.warn(line));
      await registerSearchAttributes(connection, namespace, config.searchedBy);
    }
    const handed = { ...options, generationProvider, dataConverter };
    workers.push(...(await createWorkers(config, handed, ledger, temporal, connection)));
    const stop = () => {
      for (const worker of workers) if (worker.getState() === 'RUNNING') worker.shutdown();
    };
    // If one queue's worker fails, all of them stop, and `finished` rejects with that failure.
    const runs = workers.map((worker) => worker.run().finally(stop));
    let lost: HoldfastError | undefined;
    const unwatch = watchLedger(ledgerCheck, (mismatch) => {
      lost = mismatch;
      stop();
    });
    const finished = Promise.allSettled(runs).then(async () => {
      unwatch();
      await close();
      await Promise.all(runs);
      if (lost) throw lost;
    });
    // Without a handler the failure would end the process before a caller awaits `finished`.
    finished.catch(() => {});
    return {
      finished,
      stop: async () => {
        stop();
        await finished;
      },
    };
  } catch (error) {
    await close();
    if (error instanceof HoldfastError) throw error;
    const isTemporals = serviceErrorOf(error) || error instanceof TransportError;
    throw isTemporals ? temporalUnavailable(config, error) : error;
  }
}

/** Undefined for a worker of generations alone, which needs no login of the database. */
async function openLedger(
  { role, databaseUrl, maxConnections, taskQueue }: WorkerConfig,
  temporal: Client,
): Promise<Ledger | undefined> {
  if (role === 'generation') return undefined;
  if (databaseUrl === undefined) {
    const message = `A worker of role ${role} serves workflows: set DATABASE_URL, or HOLDFAST_ROLE=generation.`;
    throw new HoldfastError('INVALID_ARGUMENT', message);
  }
  await expectAccess(databaseUrl, 'worker');
  const deliver = createOutboxDelivery(temporal, taskQueue);
  return createLedger({ databaseUrl, maxConnections, deliver });
}

/** The stub's output is worth nothing, so it must be asked for: with it, real credits buy nothing. */
function generationProviderFor(
  { role, generation, outputDir }: WorkerConfig,
  { generationProvider }: WorkerOptions,
): GenerationProvider | undefined {
  if (role === 'workflows') return undefined;
  if (generationProvider) return generationProvider;
  if (generation === 'stub') return createStubGenerationProvider({ outputDir });
  throw new HoldfastError(
    'GENERATION_NOT_CONFIGURED',
    `A worker of role ${role} runs generations: hand a generationProvider to runWorker, set HOLDFAST_ROLE=workflows, or set HOLDFAST_GENERATION=stub where credits are worth nothing.`,
  );
}

async function connect(config: WorkerConfig): Promise<NativeConnection> {
  try {
    return await NativeConnection.connect(config.temporal.connectionOptions);
  } catch (error) {
    throw temporalUnavailable(config, error);
  }
}

function temporalUnavailable(config: WorkerConfig, cause: unknown): HoldfastError {
  const said = serviceErrorOf(cause);
  const reason = said ? `: ${said.details || said.message}` : '.';
  const message = `Namespace ${namespaceOf(config.temporal)} of Temporal can't be reached at ${addressOf(config.temporal)}${reason}`;
  return new HoldfastError('TEMPORAL_UNAVAILABLE', message, {}, { cause });
}

/** The server's error, which Temporal's client may wrap in an error of its own. */
function serviceErrorOf(error: unknown) {
  const cause = error instanceof Error ? error.cause : undefined;
  return [error, cause].find(isGrpcServiceError);
}

async function createWorkers(
  config: WorkerConfig,
  options: WorkerOptions & { dataConverter: CodecConverter | undefined },
  ledger: Ledger | undefined,
  temporal: Client,
  connection: NativeConnection,
): Promise<Worker[]> {
  const { dataConverter } = options;
  const codePath = options.workflowBundlePath ?? join(__dirname, '..', 'workflow-bundle.js');
  const workerDeploymentOptions = deploymentOptions(config, codePath);
  const common = {
    connection,
    namespace: namespaceOf(config.temporal),
    dataConverter: dataConverter && workerDataConverter(dataConverter),
    shutdownGraceTime: `${config.shutdownGraceSeconds}s` as const,
    // A provider's code that never returns must not keep the process alive.
    shutdownForceTime: `${config.shutdownGraceSeconds + FORCE_AFTER_SECONDS}s` as const,
    workerDeploymentOptions,
  };
  const workers: Worker[] = [];
  if (ledger) {
    const notices = createNoticeActivities({
      ledger,
      notifier: options.notifier ?? configuredNotifier(config),
    });
    workers.push(
      await Worker.create({
        ...common,
        taskQueue: config.taskQueue,
        workflowBundle: workflowBundle(codePath, {
          encodesFailures: dataConverter !== undefined,
          isVersioned: workerDeploymentOptions !== undefined,
          listsSearchAttributes: config.searchedBy === 'list',
        }),
        // Workflows of an earlier version deliver notices on their own queue.
        activities: { ...createActivities(config, options, ledger, temporal), ...notices },
      }),
      await Worker.create({
        ...common,
        taskQueue: noticesTaskQueue(config.taskQueue),
        activities: notices,
      }),
    );
  }
  const { generationProvider: provider } = options;
  if (provider) {
    workers.push(
      await Worker.create({
        ...common,
        taskQueue: config.generationTaskQueue,
        activities: createGenerationActivities({ provider, heartbeatMs: config.heartbeatMs }),
        maxConcurrentActivityTaskExecutions: config.maxConcurrentGenerations,
        // The activities hold their heartbeats back themselves, each by its own time-out.
        maxHeartbeatThrottleInterval: SDK_HEARTBEAT_MS,
        defaultHeartbeatThrottleInterval: SDK_HEARTBEAT_MS,
      }),
    );
  }
  return workers;
}

function configuredNotifier({ webhook }: WorkerConfig): Notifier {
  return webhook ? createWebhookNotifier(webhook) : createLogNotifier(log);
}
