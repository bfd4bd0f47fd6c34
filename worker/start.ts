import { Client } from '@temporalio/client';
import type { DataConverter } from '@temporalio/common';
import { NativeConnection, Runtime, TransportError, type Worker } from '@temporalio/worker';
import { serviceErrorOf } from '../client/grpc-status';
import { createLedgerCheck } from '../client/ledger-check';
import { createOutboxDelivery } from '../client/outbox-delivery';
import { registerSearchAttributes } from '../client/register-search-attributes';
import { clientSearchedBy } from '../client/searched-by';
import { dataConverterOf } from '../codec/data-converter';
import { followApiKey } from '../config/api-key-file';
import { addressOf, namespaceOf } from '../config/temporal';
import { HoldfastError } from '../contract/errors';
import type { ObserveCall } from '../ledger/connection/observed-call';
import { createLedger, type Ledger } from '../ledger/ledger';
import { expectAccess } from '../ledger/roles/expect-access';
import type { GenerationProvider } from '../providers/generation-provider';
import type { Notifier } from '../providers/notifier';
import type { PaymentProvider } from '../providers/payment-provider';
import { createStubGenerationProvider } from '../providers/stub-generation/stub-generation-provider';
import { warnOfClock } from './clock-warning';
import { bundlePathOf, createWorkers } from './create-workers';
import { buildOf } from './deployment';
import { type Reached, reach, startHealthServer } from './health';
import { createLedgerStanding, type LedgerStanding } from './ledger-standing';
import { watchLedger } from './ledger-watch';
import { providerCalls } from './provider-calls';
import { createWorkerTelemetry } from './telemetry';
import { accountPlaces } from './tuning';
import type { WorkerConfig } from './worker-config';

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

/**
 * Starts polling, by role: the workflow queue (workflows, and the activities of ledger and
 * reconciliation) with the queues of payments and notices, the generation queue, or all of them.
 *
 * @throws HoldfastError GENERATION_NOT_CONFIGURED, INVALID_ARGUMENT (an unusable data converter),
 *   TEMPORAL_UNAVAILABLE, LEDGER_UNAVAILABLE, LEDGER_NOT_MIGRATED, VERSION_TOO_OLD, LEDGER_ACCESS_DENIED,
 *   LEDGER_MISMATCH, LEDGER_RESTORED, TEMPORAL_IDENTITY_MISMATCH, SEARCH_ATTRIBUTES_MISSING
 */
export function startWorker(
  config: WorkerConfig,
  options: WorkerOptions = {},
): Promise<RunningWorker> {
  return startMeasuredWorker(config, options);
}

/** @param sdkMetrics where the SDK's runtime, which the process has installed, has its metrics */
export async function startMeasuredWorker(
  config: WorkerConfig,
  options: WorkerOptions,
  sdkMetrics?: string,
): Promise<RunningWorker> {
  const generationProvider = generationProviderFor(config, options);
  const dataConverter = dataConverterOf(config.codecKeys, options.dataConverter);
  const workers: Worker[] = [];
  // Started first: a port in use is found before there is anything to undo, and a slow start
  // answers 503.
  const telemetry = createWorkerTelemetry(config, {
    build: buildOf(config, bundlePathOf(options)),
    isPrivate: dataConverter !== undefined,
    sdkMetrics,
  });
  const calls = providerCalls(config, telemetry.observeProviderCall);
  let reached = async (): Promise<Reached> => ({ temporal: 'TEMPORAL_UNAVAILABLE' });
  const health = await startHealthServer(config, workers, Object.values(calls), () => reached());
  let connection: NativeConnection | undefined;
  let ledger: Ledger | undefined;
  let standing: LedgerStanding | undefined;
  let forgetKey = () => {};
  const close = async () => {
    forgetKey();
    // Closing the ledger first hands its pending outbox messages to Temporal.
    await Promise.allSettled([health?.close(), ledger?.close()]);
    await Promise.allSettled([telemetry.close(), connection?.close()]);
  };
  try {
    await telemetry.serve(calls);
    connection = await connect(config);
    forgetKey = followApiKey(config.temporal, connection);
    const namespace = namespaceOf(config.temporal);
    const interceptors = telemetry.clientInterceptors;
    const product = new Client({ connection, namespace, dataConverter, interceptors });
    const temporal = clientSearchedBy(product, config.searchedBy);
    ledger = await openLedger(config, temporal, telemetry.observeCall);
    reached = () => reach(temporal, ledger);
    const ledgerCheck = createLedgerCheck(temporal, ledger, config.taskQueue);
    if (ledger) {
      // A worker that could serve nothing must not begin to poll.
      await ledger.effectiveCatalog();
      await ledgerCheck.now();
      standing = createLedgerStanding(temporal, ledger);
      await standing.keep();
      await warnOfClock(ledger, (line) => Runtime.instance().logger.warn(line));
      telemetry.showLedger(ledger);
      await registerSearchAttributes(connection, namespace, config.searchedBy);
    }
    const handed = {
      ...options,
      ...{ generationProvider, dataConverter, calls, standing, telemetry },
    };
    workers.push(...(await createWorkers(config, handed, ledger, temporal, connection)));
    return runAll(workers, (onLost) => watchLedger(ledgerCheck, standing, onLost), close);
  } catch (error) {
    await close();
    if (error instanceof HoldfastError) throw error;
    const isTemporals = serviceErrorOf(error) || error instanceof TransportError;
    throw isTemporals ? temporalUnavailable(config, error) : error;
  }
}

/**
 * Runs the workers until they are stopped, one of them fails, or the ledger that is watched is lost,
 * and then closes what they used.
 */
function runAll(
  workers: Worker[],
  watch: (onLost: (why: HoldfastError) => void) => () => void,
  close: () => Promise<void>,
): RunningWorker {
  const stop = () => {
    for (const worker of workers) if (worker.getState() === 'RUNNING') worker.shutdown();
  };
  // If one queue's worker fails, all of them stop, and `finished` rejects with that failure.
  const runs = workers.map((worker) => worker.run().finally(stop));
  let lost: HoldfastError | undefined;
  const unwatch = watch((why) => {
    lost = why;
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
}

/** Undefined for a worker of generations alone, which needs no login of the database. */
async function openLedger(
  config: WorkerConfig,
  temporal: Client,
  observe: ObserveCall,
): Promise<Ledger | undefined> {
  const { role, databaseUrl, maxConnections, connectWithinMs, batches, taskQueue } = config;
  if (role === 'generation') return undefined;
  if (databaseUrl === undefined) {
    const message = `A worker of role ${role} serves workflows: set DATABASE_URL, or HOLDFAST_ROLE=generation.`;
    throw new HoldfastError('INVALID_ARGUMENT', message);
  }
  await expectAccess(databaseUrl, 'worker');
  const deliver = createOutboxDelivery(temporal, taskQueue);
  const accountPlacesMax = accountPlaces(config);
  const connections = { maxConnections, connectWithinMs, accountPlacesMax, batches };
  return createLedger({ databaseUrl, ...connections, deliver, observe });
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
