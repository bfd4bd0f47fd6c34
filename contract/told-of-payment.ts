import type { ErrorCode } from './error-catalogue';
import { coded, currency, line } from './fields';

/** What is told of a pack's payment beside the thing itself; the last two by an operator. */
export const toldOfPayment = (code: ErrorCode) => ({
  currency: coded(code, currency)
    .optional()
    .meta({ description: 'Compared with that of the purchase where it is given.' }),
  paymentId: line(256)
    .optional()
    .meta({ description: 'Compared with that of the purchase where it is given.' }),
  reason: line(512).optional(),
  by: line(512).optional(),
});

export const hasReasonAndNameOrNeither = ({ reason, by }: { reason?: string; by?: string }) =>
  (reason === undefined) === (by === undefined);

/** What `hasReasonAndNameOrNeither` asks for. */
export const REASON_AND_NAME = 'takes both a reason and a name, or neither';
