import {
  allHandlersFinished,
  CancellationScope,
  condition,
  continueAsNew,
  isCancellation,
  setHandler,
} from '@temporalio/workflow';
import type { Admission, GenerationRequest } from '../../contract/generation';
import { wakeSignal } from '../messages';
import { isRunLong } from '../run-length';
import { markState } from '../search-attributes';
import { type AdmissionAttempt, askWhetherServed, refuseCancelled } from './admission';
import { showWaiting } from './generation-details';
import type { generationWorkflow } from './generation-workflow';

/** A wake-up is seven events: after so many a run hands over, however often it was woken in vain. */
const EVENTS_MAX = 2_000;

/** Whether somebody has called since the ledger was asked last. */
export interface WakeUps {
  pending: boolean;
}

/** From the beginning, so that none is lost that comes while the request is still being put into the queue. */
export function listenForWakeUps(): WakeUps {
  const wakeUps = { pending: false };
  setHandler(wakeSignal, () => {
    wakeUps.pending = true;
  });
  return wakeUps;
}

/**
 * Until the request is served, has ended, or is cancelled. The ledger decides all of that, and whom to wake; this one asks
 * when it is woken and when its time is up, and never in between. `onAnswer` is told how it stands after each question.
 */
export async function waitForCredits(
  request: GenerationRequest,
  first: Admission,
  wakeUps: WakeUps,
  onAnswer: (admission: Admission) => void,
): Promise<AdmissionAttempt> {
  const { requestHash } = first;
  markState('waiting');
  let attempt: AdmissionAttempt = { admission: first };
  while (attempt.admission.waiting) {
    showWaiting(request, attempt.admission.waiting);
    if (isRunLong(EVENTS_MAX)) await allAnswered();
    if (CancellationScope.current().consideredCancelled) {
      attempt = await refuseCancelled(request, requestHash);
    } else if (isRunLong(EVENTS_MAX)) {
      // It finds its place by the ledger's ticket, and asks at once: no wake-up can be lost on the way.
      return continueAsNew<typeof generationWorkflow>(request);
    } else if (await wokenOrDue(attempt.admission.waiting, wakeUps)) {
      wakeUps.pending = false;
      attempt = await askWhetherServed(request, requestHash);
      onAnswer(attempt.admission);
    }
  }
  if (attempt.admission.result?.status !== 'rejected') markState(null);
  return attempt;
}

/** Every caller gets its answer before the workflow ends, also where the workflow itself was cancelled. */
export function allAnswered(): Promise<void> {
  return CancellationScope.nonCancellable(() => condition(allHandlersFinished));
}

/** False where it was cancelled instead. */
async function wokenOrDue(
  { at, until }: { at: string; until: string },
  wakeUps: WakeUps,
): Promise<boolean> {
  try {
    // By the ledger's clock from end to end: this one's may differ.
    await condition(() => wakeUps.pending, Math.max(1, Date.parse(until) - Date.parse(at)));
    return true;
  } catch (error) {
    if (isCancellation(error)) return false;
    throw error;
  }
}
