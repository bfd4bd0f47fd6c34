import {
  CancellationScope,
  proxyActivities,
  proxyLocalActivities,
  TemporalFailure,
  workflowInfo,
} from '@temporalio/workflow';
import type { GenerateInput, GenerationActivities, GenerationOutcome } from '../activities/generation-contract';
import type { GrantActivities, GrantOutcome } from '../activities/grants';
import type {
  AdmitOutcome,
  CommitInput,
  LedgerActivities,
  ReleaseInput,
  ResolveOutcome,
  TurnAwayInput,
  TurnAwayOutcome,
} from '../activities/ledger';
import type { ReconciliationActivities, RequestKey } from '../activities/reconciliation';
import type { GrantRequest } from '../domain/grant-parsing';
import type { PinnedQuote } from '../domain/pricing';
import type { GenerationRequest } from '../domain/request';

export type { GenerationOutcome } from '../activities/generation-contract';
export type { GrantOutcome } from '../activities/grants';
export type { AdmitOutcome, ResolveOutcome } from '../activities/ledger';
export type { InspectedPage, PassScope, RequestKey } from '../activities/reconciliation';

import { fairnessKeyOf } from './fairness';
import { generationTaskQueue, generationWorkflowId } from './messages';

/** Quick and without events of their own; after a few seconds the regular twin takes over, which an operator can see and pause. */
const localLedger = proxyLocalActivities<LedgerActivities>({
  startToCloseTimeout: '2s',
  scheduleToCloseTimeout: '4s',
  retry: { initialInterval: '100ms', backoffCoefficient: 2, maximumAttempts: 4 },
});

/** Commit and release retry without limit: the credits are someone's. */
const ledger = proxyActivities<LedgerActivities>({
  startToCloseTimeout: '15s',
  retry: { initialInterval: '1s', backoffCoefficient: 2, maximumInterval: '30s' },
});

/** @throws ActivityFailure when the ledger could not be asked by then */
export function admit(request: GenerationRequest, deadlineMs: number): Promise<AdmitOutcome> {
  const patiently = () => {
    const patient = proxyActivities<LedgerActivities>({
      startToCloseTimeout: '15s',
      scheduleToCloseTimeout: Math.max(1, Math.ceil(deadlineMs - Date.now())),
      retry: { initialInterval: '1s', backoffCoefficient: 2, maximumInterval: '5s' },
    });
    return patient.admit(request);
  };
  return shielded(() => withFallback(() => localLedger.admit(request), patiently));
}

export function turnAway(input: TurnAwayInput): Promise<TurnAwayOutcome> {
  return untilAnswered((activities) => activities.turnAway(input));
}

export function commit(input: CommitInput): Promise<ResolveOutcome> {
  return untilAnswered((activities) => activities.commit(input));
}

export function release(input: ReleaseInput): Promise<ResolveOutcome> {
  return untilAnswered((activities) => activities.release(input));
}

export function grant(request: GrantRequest): Promise<GrantOutcome> {
  const { grant: granting } = proxyActivities<GrantActivities>({ startToCloseTimeout: '15s' });
  return granting(request);
}

/** Runs the job on the generation queue. Queueing included, it ends within the kind's time limit. */
export function generate(input: GenerateInput, quote: PinnedQuote): Promise<GenerationOutcome> {
  const timeLimit = `${quote.timeLimitSeconds}s` as const;
  const proxies = proxyActivities<GenerationActivities>({
    taskQueue: generationTaskQueue(workflowInfo().taskQueue),
    summary: `${quote.kind}, ${quote.credits} credits`,
    startToCloseTimeout: timeLimit,
    scheduleToCloseTimeout: timeLimit,
    heartbeatTimeout: '10s',
    cancellationType: 'WAIT_CANCELLATION_COMPLETED',
    priority: { priorityKey: 3, fairnessKey: fairnessKeyOf(input.accountId) },
    retry: { initialInterval: '1s', backoffCoefficient: 2, maximumInterval: '30s' },
  });
  return proxies.generate(input);
}

/** The truth about a job, however long it takes: nothing is released before the provider has said what became of it. */
export function settleGeneration(idempotencyKey: string): Promise<GenerationOutcome> {
  const proxies = proxyActivities<GenerationActivities>({
    taskQueue: generationTaskQueue(workflowInfo().taskQueue),
    summary: 'asks the provider what became of the job',
    startToCloseTimeout: '5m',
    heartbeatTimeout: '10s',
    retry: { initialInterval: '1s', backoffCoefficient: 2, maximumInterval: '30s' },
  });
  return shielded(() => proxies.settleGeneration({ idempotencyKey }));
}

/** Quickly first, then for as long as it takes, whether the workflow has been cancelled or not. */
function untilAnswered<T>(ask: (activities: typeof localLedger) => Promise<T>): Promise<T> {
  return shielded(() =>
    withFallback(
      () => ask(localLedger),
      () => ask(ledger),
    ),
  );
}

/** Whatever ended the local attempts (the SDK hands some of their failures over bare, without an ActivityFailure). */
async function withFallback<T>(local: () => Promise<T>, regular: () => Promise<T>): Promise<T> {
  try {
    return await local();
  } catch (error) {
    if (!(error instanceof TemporalFailure)) throw error;
    return await regular();
  }
}

function shielded<T>(run: () => Promise<T>): Promise<T> {
  return CancellationScope.nonCancellable(run);
}

export type SettledOrphan = 'committed' | 'released' | 'unsettled';

export const reconciliation = proxyActivities<ReconciliationActivities>({
  startToCloseTimeout: '5m',
  heartbeatTimeout: '30s',
  retry: { maximumAttempts: 5 },
});

/** A provider or a generation worker that is away must not hold up the pass; the next one asks again. */
export function settleOrphan({ accountId, requestId }: RequestKey): Promise<GenerationOutcome> {
  const proxies = proxyActivities<GenerationActivities>({
    taskQueue: generationTaskQueue(workflowInfo().taskQueue),
    startToCloseTimeout: '15s',
    scheduleToCloseTimeout: '20s',
  });
  return proxies.settleGeneration({ idempotencyKey: generationWorkflowId(accountId, requestId) });
}
