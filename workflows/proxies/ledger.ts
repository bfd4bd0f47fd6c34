import { proxyActivities } from '@temporalio/workflow';
import type { GrantActivities } from '../../activities/grants';
import type {
  AdmitOutcome,
  CommitInput,
  LedgerActivities,
  ReleaseInput,
  ResolveOutcome,
  TurnAwayInput,
  TurnAwayOutcome,
} from '../../activities/ledger';
import type { GenerationRequest } from '../../contract/generation';
import type { GrantOutcome, GrantRequest } from '../../contract/grant';
import { untilAnswered, untilDeadline } from './quick-then-patient';

export type { AdmitOutcome, ResolveOutcome } from '../../activities/ledger';
export type { GrantOutcome } from '../../contract/grant';

/** @throws ActivityFailure when the ledger could not be asked by then */
export function admit(request: GenerationRequest, deadlineMs: number): Promise<AdmitOutcome> {
  return untilDeadline((activities: LedgerActivities) => activities.admit(request), deadlineMs);
}

export function resume(request: GenerationRequest): Promise<AdmitOutcome> {
  return untilAnswered((activities: LedgerActivities) => activities.resume(request));
}

export function turnAway(input: TurnAwayInput): Promise<TurnAwayOutcome> {
  return untilAnswered((activities: LedgerActivities) => activities.turnAway(input));
}

export function commit(input: CommitInput): Promise<ResolveOutcome> {
  return untilAnswered((activities: LedgerActivities) => activities.commit(input));
}

export function release(input: ReleaseInput): Promise<ResolveOutcome> {
  return untilAnswered((activities: LedgerActivities) => activities.release(input));
}

export function grant(request: GrantRequest): Promise<GrantOutcome> {
  const { grant: granting } = proxyActivities<GrantActivities>({ startToCloseTimeout: '15s' });
  return granting(request);
}
