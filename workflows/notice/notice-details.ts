import type { Deliveries, Notice } from '../../contract/notice';
import { instantInWords } from '../../domain/legible';
import { showDetails } from '../current-details';

/**
 * Shows the notice being delivered to operators. Temporal's UI shows the attempts and their
 * failures with the pending activity.
 */
export function showDelivering({ accountId, noticeId, type, at }: Notice, done: Deliveries): void {
  showDetails(
    `**Delivering.** Notice ${noticeId} (${type}) of account ${accountId}, written at ${instantInWords(at)}; those after ` +
      `it wait. ${doneInWords(done)}`,
  );
}

/** Shows operators that no notice is left. */
export function showEnd(accountId: string, done: Deliveries): void {
  showDetails(
    `**Done.** No notice of account ${accountId} is left to deliver. ${doneInWords(done)}`,
  );
}

function doneInWords({ delivered, failed, lastFailure }: Deliveries): string {
  const failures = lastFailure === null ? '' : ` The last one given up: ${lastFailure}`;
  return `In this run ${delivered} delivered, ${failed} given up.${failures}`;
}
