import type { Refusal } from './errors';

/**
 * The commands that add credits, or give money back, by their caller's word alone. A worker may want a proof of them: a
 * signed token that was made for that one command. It is text, the second argument of
 * `grantWorkflow` and of the updates; and of `billingCycleWorkflow`, for the `subscribe` of its
 * input. What a billing system has told has none: a worker that wants proofs applies no payments of it.
 */
export type ProvenCommand =
  | ('grant' | 'subscribe' | 'renew' | 'changePlan' | 'billingEvent')
  /** The second argument of `refundWorkflow`, of its input. */
  | 'refund';

/** The type in the header of a proof. The HTTP API takes no token of that type. */
export const PROOF_TYPE = 'holdfast-command+jwt';

/** The claim with the hash of the command; see `commandHashOf`. */
export const COMMAND_CLAIM = 'holdfast_command';

/** A proof, and when Temporal recorded its command (ISO 8601): it counts if it was valid then. */
export interface RecordedProof {
  proof: string;
  recordedAt: string;
}

/** Whether a command may be carried out; undefined if it may. */
export type CheckProof = (
  command: ProvenCommand,
  request: { accountId: string },
  recorded: RecordedProof | undefined,
) => Promise<Refusal | undefined>;
