import type { RequestBody } from '../../contract/generation';
import type { BoundedWait } from '../../contract/waiting';
import type { CommandTimes } from '../command-times';
import { bigint, integer, json, optional, text, time } from '../connection/sql-function';

/** Parameters that several functions have. */
export const account = { accountId: text };
export const request = { ...account, requestId: text };
export const subscriptionOf = { ...account, subscriptionId: text };
export const purchaseOf = { ...account, purchaseId: text };
export const keyed = { ...account, key: text };
export const body = json<RequestBody>();
export const quote = { credits: bigint, catalogVersion: integer, holdMs: bigint };
export const noQuote = {
  credits: optional(bigint),
  catalogVersion: optional(integer),
  holdMs: optional(bigint),
};
export const wait = optional(json<BoundedWait>());
export const notAfter = optional(time);
export const times = optional(json<CommandTimes>());
export const after = { afterAt: optional(time), afterAccountId: optional(text) };
export const duePage = { dueBy: time, ...after, limit: integer };

/** An operator's reason and name. */
export const byHand = { reason: text, by: text };
/** The same where it may be missing. */
export const inWords = { reason: optional(text), by: optional(text) };

/** Who started the workflow from which the call comes, as that client says of itself. */
export const byTemporal = { claimedIdentity: optional(text) };
