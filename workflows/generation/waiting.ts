import {
  allHandlersFinished,
  CancellationScope,
  condition,
  continueAsNew,
  isCancellation,
  patched,
  setHandler,
} from '@temporalio/workflow';
import type { GenerationRequest } from '../../contract/generation';
import type { Admission } from '../../contract/generation-result';
import { markState } from '../mark-state';
import { wakeSignal } from '../messages';
import { isRunLong } from '../run-length';
import { isContinued } from '../versioning';
import { type AdmissionAttempt, askWhetherServed, refuseCancelled } from './admission';
import { showWaiting } from './generation-details';

/**
 * Each wake-up adds seven events. A run that is longer than this continues as a new one.
 */
const EVENTS_MAX = 2_000;

/** Whether a wake-up has come since the ledger was last asked. */
export interface WakeUps {
  pending: boolean;
}

/**
 * Listens for wake-ups. Call it at the start of the run: a wake-up may come while the request is
 * still being queued.
 */
export function listenForWakeUps(): WakeUps {
  const wakeUps = { pending: false };
  setHandler(wakeSignal, () => {
    wakeUps.pending = true;
  });
  return wakeUps;
}

/**
 * Waits until the request is served, has ended, or is cancelled. The ledger decides all of that,
 * and whom to wake. The workflow asks it when it is woken and when the wait's time is up, never in
 * between. `onAnswer` gets each answer of the ledger.
 */
export async function waitForCredits(
  request: GenerationRequest,
  first: Admission,
  wakeUps: WakeUps,
  onAnswer: (admission: Admission) => void,
): Promise<AdmissionAttempt> {
  const { requestHash } = first;
  let endsHere = waitsInNewRun();
  if (!endsHere) markState('waiting');
  let attempt: AdmissionAttempt = { admission: first };
  while (attempt.admission.waiting) {
    showWaiting(request, attempt.admission.waiting);
    endsHere ||= isRunLong(EVENTS_MAX) || waitsInNewRun();
    if (endsHere) await allAnswered();
    if (CancellationScope.current().consideredCancelled) {
      attempt = await refuseCancelled(request, requestHash);
    } else if (endsHere) {
      // The new run asks the ledger at once, so no wake-up is lost in between.
      return continueAsNew<(request: GenerationRequest) => Promise<never>>(request);
    } else if (await wokenOrDue(attempt.admission.waiting, wakeUps)) {
      wakeUps.pending = false;
      attempt = await askWhetherServed(request, requestHash);
      onAnswer(attempt.admission);
    }
  }
  if (attempt.admission.result?.status !== 'rejected') markState(null);
  return attempt;
}

/**
 * A first run belongs to its build, and a wait may last for a year: so the wait is a run of its own,
 * which moves between builds. Runs that were parked before this rule hand over when they look next.
 */
function waitsInNewRun(): boolean {
  return !isContinued() && patched('waits-in-new-run');
}

/** Resolves when every update has been answered, even if the workflow was cancelled. */
export function allAnswered(): Promise<void> {
  return CancellationScope.nonCancellable(() => condition(allHandlersFinished));
}

/** True when woken or due; false when cancelled. */
async function wokenOrDue(
  { at, until }: { at: string; until: string },
  wakeUps: WakeUps,
): Promise<boolean> {
  try {
    // Both times are the ledger's: the workflow's clock may differ.
    await condition(() => wakeUps.pending, Math.max(1, Date.parse(until) - Date.parse(at)));
    return true;
  } catch (error) {
    if (isCancellation(error)) return false;
    throw error;
  }
}
