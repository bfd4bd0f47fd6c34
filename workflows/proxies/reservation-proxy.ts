import { proxyActivities } from '@temporalio/workflow';
import type {
  AdmitOutcome,
  ReleaseInput,
  ResolveOutcome,
} from '../../activities/generation/reservation-activities';
import type { StartedRequest } from '../../contract/generation';
import type { GrantOutcome, GrantRequest } from '../../contract/grant';
import type { RecordedProof } from '../../contract/proof';
import { commandStart } from './command-start';
import { untilAnswered, untilDeadline } from './quick-then-patient';
import { GRANT, RESERVATION, releaseOf } from './summaries';
import { withSummaries } from './with-summaries';

export type {
  AdmitOutcome,
  ResolveOutcome,
} from '../../activities/generation/reservation-activities';
export type { GrantOutcome } from '../../contract/grant';

export const {
  resume,
  turnAway,
  commit,
  chargeCancelled,
  release: leaveQueue,
} = untilAnswered(RESERVATION);

/** Returns what the request has reserved. */
export function release(input: ReleaseInput, reserved: number): Promise<ResolveOutcome> {
  return untilAnswered(releaseOf(reserved)).release(input);
}

/**
 * Quotes and reserves, or queues the request. The ledger itself refuses what reaches it after the
 * deadline.
 *
 * @throws ActivityFailure if the ledger could not be asked by the deadline
 */
export function admit(request: StartedRequest, deadlineMs: number): Promise<AdmitOutcome> {
  const window = { at: new Date().toISOString(), notAfter: new Date(deadlineMs).toISOString() };
  return untilDeadline(deadlineMs, RESERVATION).admit(request, window);
}

/** Grants credits, or learns that it is too late for that; asked without limit. */
export function grant(request: GrantRequest, ...proof: [RecordedProof?]): Promise<GrantOutcome> {
  const grants = withSummaries(GRANT, (summary) =>
    proxyActivities({ startToCloseTimeout: '15s', summary }),
  );
  return grants.grant(request, commandStart(), ...proof);
}
