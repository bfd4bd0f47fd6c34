import { sha256 } from '@noble/hashes/sha2';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils';
import {
  ActivityFailure,
  ApplicationFailure,
  proxyActivities,
  workflowInfo,
} from '@temporalio/workflow';
import type { GenerationActivities } from '../../activities/generation/generation-activities';
import type { GenerateInput, GenerationOutcome } from '../../contract/generation-job';
import type { PinnedQuote } from '../../contract/prices';
import { heartbeatTimeoutMs } from '../../domain/generation/heartbeat';
import { generationTaskQueue } from '../messages';
import { FAULT, outcomeOf, RAW_RESULTS } from './generation-outcome';
import { shielded } from './quick-then-patient';
import { generating, SETTLING } from './summaries';

export { FAULT } from './generation-outcome';

/** The server takes fairness keys of 64 bytes at most; account ids may be longer. */
const FAIRNESS_KEY_LENGTH_MAX = 64;

/**
 * Runs the job on the generation queue, within the kind's time limit, queueing included. Null if
 * the result makes no sense.
 */
export async function generate(
  input: GenerateInput,
  quote: PinnedQuote,
): Promise<GenerationOutcome | null> {
  const timeLimit = `${quote.timeLimitSeconds}s` as const;
  const proxies = proxyActivities<GenerationActivities>({
    taskQueue: generationTaskQueue(workflowInfo().taskQueue),
    summary: generating(quote),
    startToCloseTimeout: timeLimit,
    scheduleToCloseTimeout: timeLimit,
    heartbeatTimeout: heartbeatTimeoutMs(quote.timeLimitSeconds),
    cancellationType: 'WAIT_CANCELLATION_COMPLETED',
    priority: { priorityKey: 3, fairnessKey: fairnessKeyOf(input.accountId) },
    retry: { initialInterval: '1s', backoffCoefficient: 2, maximumInterval: '30s' },
    activityTypeInfo: RAW_RESULTS,
  });
  return outcomeOf(await proxies.generate(input));
}

/**
 * The job's true final state, however long the provider takes to give it: nothing is released
 * before.
 */
export async function settleGeneration(
  idempotencyKey: string,
  kind: string,
): Promise<GenerationOutcome> {
  const proxies = proxyActivities<GenerationActivities>({
    taskQueue: generationTaskQueue(workflowInfo().taskQueue),
    summary: SETTLING,
    startToCloseTimeout: '5m',
    heartbeatTimeout: '10s',
    retry: { initialInterval: '1s', backoffCoefficient: 2, maximumInterval: '30s' },
    activityTypeInfo: RAW_RESULTS,
  });
  try {
    const settled = await shielded(() => proxies.settleGeneration({ idempotencyKey, kind }));
    return outcomeOf(settled) ?? FAULT;
  } catch (error) {
    // The activity is retried without limit, unless it fails for good: then no further attempt
    // would know more.
    if (error instanceof ActivityFailure && error.cause instanceof ApplicationFailure) return FAULT;
    throw error;
  }
}

function fairnessKeyOf(accountId: string): string {
  if (accountId.length <= FAIRNESS_KEY_LENGTH_MAX) return accountId;
  return bytesToHex(sha256(utf8ToBytes(accountId)));
}
