import { z } from 'zod';
import { erasure } from './erasure';
import { reasonBesideToken } from './fields';
import { requestRecord } from './generation';
import { forgottenDeclines, operatorLimitsRecord, operatorLimitsRequest } from './operator-limits';
import { purchaseRecord } from './purchase';
import { closeByHand, stuckLines } from './stuck';

/** What operators say over HTTP, where the token says who they are. */

/** The header by which an answer says whether the request had been carried out before. */
export const REPLAYED_HEADER = 'idempotent-replayed';

export const reasonBody = z
  .strictObject({ reason: reasonBesideToken })
  .meta({ examples: [{ reason: 'Ticket 4711' }] });

export const closePurchaseBody = closeByHand
  .pick({ status: true })
  .extend({ reason: reasonBesideToken })
  .meta({ examples: [{ status: 'voided', reason: 'Never charged, ticket 4711' }] });

export const operatorLimitsBody = operatorLimitsRequest
  .pick({ limits: true })
  .extend({ reason: reasonBesideToken })
  .meta({ examples: [{ limits: { dailyCreditsMax: 500 }, reason: 'Ticket 4711' }] });

export const operatorLimitsAnswer = z
  .object({ operatorLimits: operatorLimitsRecord.nullable() })
  .meta({ id: 'OperatorLimits', description: 'Those that hold; null where none are set.' });

/** The ledger's record, which names the operator's reason. */
export const releasedRequest = requestRecord.omit({ body: true }).meta({ id: 'ReleasedRequest' });

export const closedPurchase = purchaseRecord.omit({ body: true }).meta({ id: 'ClosedPurchase' });

export const forgottenDeclinesAnswer = forgottenDeclines.meta({ id: 'ForgottenDeclines' });

export const erasureAnswer = erasure.meta({ id: 'Erasure' });

export const stuckAnswer = stuckLines.meta({
  id: 'Stuck',
  description: 'What waits for an operator, longest wait first.',
});

export const stuckPage = z.strictObject({
  limit: z.int().min(1).max(1_000).default(200),
});
