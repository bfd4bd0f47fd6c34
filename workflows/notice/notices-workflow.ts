import {
  ActivityFailure,
  ApplicationFailure,
  continueAsNew,
  isCancellation,
  setHandler,
  TimeoutFailure,
} from '@temporalio/workflow';
import type { Refusal } from '../../contract/errors';
import type { Deliveries, Notice, NoticesInput } from '../../contract/notice';
import { checkWorkflowId } from '../checked-input';
import { lookAgainSignal, noticesWorkflowId } from '../messages';
import { deliverNotice, nextNotice, settleNotice } from '../proxies/account-proxy';
import { isRunLong } from '../run-length';
import { movesBetweenBuilds } from '../versioning';
import { showDelivering, showEnd } from './notice-details';

const EVENTS_MAX = 400;

/**
 * Delivers an account's notices in order: each one after the one before was delivered or given up,
 * until none is left. Started as `notices/{account}`; the result counts what the last run did. The
 * ledger knows which notice is next, so the workflow may be killed, cancelled or started again at
 * any point; a notice is then delivered again under the same number.
 */
export async function noticesWorkflow(input: NoticesInput): Promise<Deliveries> {
  checkWorkflowId(input, ({ accountId }) => noticesWorkflowId(accountId));
  const { accountId } = input;
  const done: Deliveries = { delivered: 0, failed: 0, lastFailure: null };
  let isToldToLookAgain: boolean;
  setHandler(lookAgainSignal, () => {
    isToldToLookAgain = true;
  });
  do {
    isToldToLookAgain = false;
    for (let notice = await next(accountId); notice !== null; notice = await next(accountId)) {
      if (isRunLong(EVENTS_MAX)) return continueAsNew<typeof noticesWorkflow>({ accountId });
      showDelivering(notice, done);
      const reason = await reasonToGiveUp(notice);
      await settleNotice({ accountId, noticeId: notice.noticeId, reason });
      count(done, reason);
    }
    // A notice that was written after the last look comes with a signal; a later signal starts the
    // next workflow.
  } while (isToldToLookAgain);
  showEnd(accountId, done);
  return done;
}

movesBetweenBuilds(noticesWorkflow);

async function next(accountId: string): Promise<Notice | null> {
  const outcome = await nextNotice({ accountId });
  if (outcome.ok) return outcome.value;
  const { code, message }: Refusal = outcome.refusal;
  throw ApplicationFailure.nonRetryable(message, code);
}

/**
 * The reason for giving the notice up; null if it was delivered. A cancellation of the workflow
 * stops the deliveries, and gives no notice up.
 */
async function reasonToGiveUp(notice: Notice): Promise<string | null> {
  try {
    await deliverNotice(notice);
    return null;
  } catch (error) {
    if (!(error instanceof ActivityFailure) || isCancellation(error)) throw error;
    return reasonOf(error.cause);
  }
}

/** The failure's message; for a time-out, the last attempt's own message if it had one. */
function reasonOf(cause: Error | undefined): string {
  if (cause instanceof TimeoutFailure)
    return cause.cause?.message ?? 'The notifier did not answer in time.';
  return cause?.message ?? 'failed';
}

function count(done: Deliveries, reason: string | null): void {
  if (reason === null) done.delivered += 1;
  else done.failed += 1;
  done.lastFailure = reason ?? done.lastFailure;
}
