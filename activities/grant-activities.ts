import type { Client } from '@temporalio/client';
import type { Refusal } from '../contract/errors';
import {
  type GrantOutcome,
  type GrantRequest,
  parseGrant,
  type WorkflowGrantLimits,
} from '../contract/grant';
import type { CheckProof, RecordedProof } from '../contract/proof';
import type { Ledger } from '../ledger/ledger';
import { asActivity } from './support/as-activity';
import { refuseUnstorable, valueOrRefusal } from './support/refusals';
import { claimedIdentity } from './support/temporal';
import { type CommandStart, commandOf } from './support/temporal-time';

/** The ledger's side of a grant. */
export interface GrantActivities {
  /**
   * Grants promotion or adjustment credits, once per `key`: a repetition gets the first answer.
   * Refusals are values, bad input included. `start` bounds when it may be made.
   */
  grant(request: GrantRequest, start?: CommandStart, proof?: RecordedProof): Promise<GrantOutcome>;
}

export interface GrantActivitiesOptions {
  ledger: Ledger;
  temporal: Client;
  /** Without limits every grant is refused: GRANTS_NOT_CONFIGURED. */
  limits?: WorkflowGrantLimits;
  /** Without it no grant needs a proof. */
  checkProof?: CheckProof;
}

export function createGrantActivities({
  ledger,
  temporal,
  limits,
  checkProof,
}: GrantActivitiesOptions): GrantActivities {
  return {
    grant: asActivity(async (raw, start, proof) => {
      const request = valueOrRefusal(() => parseGrant(raw));
      const refused = (refusal: Refusal): GrantOutcome => ({ ok: false, refusal });
      if ('code' in request) return refused(request);
      const unproven = await checkProof?.('grant', request, proof);
      if (unproven) return refused(unproven);
      const { accountId, key, ...body } = request;
      return refuseUnstorable(async () => {
        const identity = await claimedIdentity(temporal);
        const ordered = { claimedIdentity: identity, command: await commandOf(temporal, start) };
        const granted = await ledger.grants.byWorkflow(accountId, key, body, limits, ordered);
        return granted.ok ? { ok: true, grant: granted.value } : granted;
      }, refused);
    }),
  };
}
