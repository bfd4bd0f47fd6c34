import { join } from 'node:path';
import { log } from '@temporalio/activity';
import type { Client } from '@temporalio/client';
import { type NativeConnection, Worker, type WorkerOptions } from '@temporalio/worker';
import { createGenerationActivities } from '../activities/generation/generation-activities';
import { KindQuotas } from '../activities/generation/kind-quotas';
import { createNoticeActivities } from '../activities/notice-activities';
import { createPaymentActivities } from '../activities/payment-activities';
import { SLOW_CALL_MS_MAX } from '../activities/support/call-deadline';
import type { CodecConverter } from '../codec/data-converter';
import { namespaceOf } from '../config/temporal';
import type { Ledger } from '../ledger/ledger';
import type { GenerationProvider } from '../providers/generation-provider';
import { createLogNotifier, type Notifier } from '../providers/notifier';
import type { PaymentProvider } from '../providers/payment-provider';
import { createWebhookNotifier } from '../providers/webhook/webhook-notifier';
import { noticesTaskQueue, paymentsTaskQueue } from '../workflows/messages';
import { createActivities, paymentProviderFor } from './activities';
import { workerDataConverter } from './data-converter';
import { deploymentOptions } from './deployment';
import { createLedgerStanding, type LedgerStanding, whileOpen } from './ledger-standing';
import type { CallsByProvider } from './provider-calls';
import type { WorkerTelemetry } from './telemetry';
import { type Tuning, tuningOf } from './tuning';
import type { WorkerConfig } from './worker-config';
import { workflowBundle } from './workflow-bundle';

/** Shorter than any pause between two heartbeats that may be set. */
const SDK_HEARTBEAT_MS = 50;

/** Longer than any call of a provider may take. */
const FORCE_AFTER_SECONDS = SLOW_CALL_MS_MAX / 1000 + 5;

interface Parts {
  generationProvider?: GenerationProvider;
  paymentProvider?: PaymentProvider;
  notifier?: Notifier;
  dataConverter: CodecConverter | undefined;
  workflowBundlePath?: string;
  calls: CallsByProvider;
  /** Present with a ledger. */
  standing?: LedgerStanding;
  telemetry?: Pick<WorkerTelemetry, 'workerOptions' | 'isTraced'>;
}

type Common = WorkerOptions & { connection: NativeConnection };

/** The path of the workflow bundle; by default the build's own, or that of traced workflows. */
export function bundlePathOf(
  { workflowBundlePath }: { workflowBundlePath?: string },
  isTraced = false,
): string {
  const name = isTraced ? 'traced-workflow-bundle.js' : 'workflow-bundle.js';
  return workflowBundlePath ?? join(__dirname, '..', name);
}

/** A worker for each task queue of the process, by its role. */
export async function createWorkers(
  config: WorkerConfig,
  parts: Parts,
  ledger: Ledger | undefined,
  temporal: Client,
  connection: NativeConnection,
): Promise<Worker[]> {
  const { dataConverter, calls, telemetry } = parts;
  const codePath = bundlePathOf(parts, telemetry?.isTraced);
  const tuning = tuningOf(config);
  const common = {
    connection,
    namespace: namespaceOf(config.temporal),
    dataConverter: dataConverter && workerDataConverter(dataConverter),
    shutdownGraceTime: `${config.shutdownGraceSeconds}s` as const,
    // A provider's code that never returns must not keep the process alive.
    shutdownForceTime: `${config.shutdownGraceSeconds + FORCE_AFTER_SECONDS}s` as const,
    // A build is the same one whether it is traced or not.
    workerDeploymentOptions: deploymentOptions(config, bundlePathOf(parts)),
    taskQueue: config.taskQueue,
    ...telemetry?.workerOptions,
  };
  const workers = ledger
    ? await workersWithLedger(config, parts, ledger, temporal, codePath, common, tuning)
    : [];
  const { generationProvider: provider } = parts;
  if (provider) {
    workers.push(
      await Worker.create({
        ...common,
        ...tuning.generation,
        taskQueue: config.generationTaskQueue,
        activities: createGenerationActivities({
          ...{ provider, calls: calls.generation, heartbeatMs: config.heartbeatMs },
          quotas: new KindQuotas(config.generationQuotas),
        }),
        // The activities hold their heartbeats back themselves, each by its own time-out.
        maxHeartbeatThrottleInterval: SDK_HEARTBEAT_MS,
        defaultHeartbeatThrottleInterval: SDK_HEARTBEAT_MS,
      }),
    );
  }
  return workers;
}

async function workersWithLedger(
  config: WorkerConfig,
  parts: Parts,
  ledger: Ledger,
  temporal: Client,
  codePath: string,
  common: Common,
  tuning: Tuning,
): Promise<Worker[]> {
  const { taskQueue } = config;
  const { dataConverter, calls } = parts;
  const notifier = parts.notifier ?? configuredNotifier(config);
  const open = parts.standing ?? createLedgerStanding(temporal, ledger);
  const notices = whileOpen(
    createNoticeActivities({ ledger, notifier, calls: calls.notice }),
    ['deliverNotice'],
    open,
  );
  const paymentProvider = paymentProviderFor(config, parts.paymentProvider);
  const payments =
    paymentProvider &&
    whileOpen(
      createPaymentActivities({ provider: paymentProvider, ledger, calls: calls.payment }),
      ['charge', 'refundPayment', 'makeRefund'],
      open,
    );
  const workers = [
    await Worker.create({
      ...common,
      ...tuning.ledger,
      workflowBundle: workflowBundle(codePath, {
        encodesFailures: dataConverter !== undefined,
        isVersioned: common.workerDeploymentOptions !== undefined,
        listsSearchAttributes: config.searchedBy === 'list',
      }),
      // Workflows of earlier versions charge, and deliver notices, on their own queue.
      activities: {
        ...createActivities(config, { ...parts, paymentProvider }, ledger, temporal),
        ...payments,
        ...notices,
      },
    }),
    await Worker.create({
      ...common,
      ...tuning.others,
      taskQueue: noticesTaskQueue(taskQueue),
      activities: notices,
    }),
  ];
  if (payments)
    workers.push(
      await Worker.create({
        ...common,
        ...tuning.others,
        taskQueue: paymentsTaskQueue(taskQueue),
        activities: payments,
      }),
    );
  return workers;
}

function configuredNotifier({ webhook }: WorkerConfig): Notifier {
  return webhook ? createWebhookNotifier(webhook) : createLogNotifier(log);
}
