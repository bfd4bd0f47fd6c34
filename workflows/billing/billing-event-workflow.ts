import { sleep } from '@temporalio/workflow';
import type { BillingEventKey, BillingEventRecord } from '../../contract/billing-event';
import { instantInWords } from '../../domain/legible';
import { checkWorkflowId } from '../checked-input';
import { showDetails } from '../current-details';
import { billingEventWorkflowId } from '../messages';
import { applyBillingEvent } from '../proxies/billing-proxy';
import { movesBetweenBuilds } from '../versioning';

/** The pause before an event that waits is tried again: from seconds to half an hour, doubling. */
const PAUSE_MS = { first: 2_000, longest: 30 * 60_000 };

/**
 * Applies what a billing system has told (docs/rules.md, Billing events), once the ledger has kept
 * it. Started as `billing-event/{source}/{event}`. The ledger's row is the event: the workflow
 * decides when to try again, and ends with it. An unknown event ends as null.
 */
export async function billingEventWorkflow(
  key: BillingEventKey,
): Promise<BillingEventRecord | null> {
  checkWorkflowId(key, ({ source, eventId }) => billingEventWorkflowId(source, eventId));
  for (let pauseMs = PAUSE_MS.first; ; pauseMs = Math.min(2 * pauseMs, PAUSE_MS.longest)) {
    const outcome = await applyBillingEvent(key);
    if (!outcome.ok) {
      showDetails(`**Refused: ${outcome.refusal.code}.** ${outcome.refusal.message}`);
      return null;
    }
    showStanding(outcome.value);
    if (outcome.value.endedAt !== null) return outcome.value;
    await sleep(pauseMs);
  }
}

movesBetweenBuilds(billingEventWorkflow);

function showStanding({ type, state, reason, occurredAt, waitUntil }: BillingEventRecord): void {
  const why = reason === null ? '' : ` (${reason})`;
  const until = waitUntil === null ? '' : ` It is tried again until ${instantInWords(waitUntil)}.`;
  showDetails(`**${type}, ${state}${why}.** It tells of ${instantInWords(occurredAt)}.${until}`);
}
