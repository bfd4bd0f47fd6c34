import { proxyActivities } from '@temporalio/workflow';
import type {
  AdmitOutcome,
  ReservationActivities,
} from '../../activities/generation/reservation-activities';
import type { GrantActivities } from '../../activities/grant-activities';
import type { StartedRequest } from '../../contract/generation';
import type { GrantOutcome, GrantRequest } from '../../contract/grant';
import { untilAnswered, untilDeadline } from './quick-then-patient';

export type {
  AdmitOutcome,
  ResolveOutcome,
} from '../../activities/generation/reservation-activities';
export type { GrantOutcome } from '../../contract/grant';

export const { resume, turnAway, commit, chargeCancelled, release } =
  untilAnswered<ReservationActivities>();

/**
 * Quotes and reserves, or queues the request.
 *
 * @throws ActivityFailure if the ledger could not be asked by the deadline
 */
export function admit(request: StartedRequest, deadlineMs: number): Promise<AdmitOutcome> {
  return untilDeadline<ReservationActivities>(deadlineMs).admit(request);
}

/** Grants credits; retried without limit. */
export function grant(request: GrantRequest): Promise<GrantOutcome> {
  const { grant: granting } = proxyActivities<GrantActivities>({ startToCloseTimeout: '15s' });
  return granting(request);
}
