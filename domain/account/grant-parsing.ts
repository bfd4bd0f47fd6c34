import { z } from 'zod';
import { HoldfastError } from '../errors';
import { checkAccountId, checkKey } from '../ids';
import { type CodeByField, instant, isStorable, parseShape } from '../parsing';

/** Credits that an operator or a product gives: a promotion always has an end of its own, an adjustment may. */
export interface GrantRequest {
  accountId: string;
  /** The idempotency key: unique among the account's grants, for ever. */
  key: string;
  credits: number;
  source: 'promotion' | 'adjustment';
  reason: string;
  by: string;
  /** ISO 8601 with an offset. */
  expiresAt?: string;
  /** What was paid for it in all, in minor units. */
  costCents?: number;
  /** ISO 4217, USD by default. */
  currency?: string;
}

/** An operator's correction downwards. */
export interface DeductionRequest {
  accountId: string;
  key: string;
  credits: number;
  reason: string;
  by: string;
}

const text = z.string().trim().min(1).max(512).refine(isStorable, 'holds a NUL or broken Unicode');

const deductionShape = z.strictObject({
  accountId: z.unknown().optional(),
  key: z.unknown().optional(),
  credits: z.int().min(1),
  reason: text,
  by: text,
});

const grantShape = deductionShape.extend({
  source: z.enum(['promotion', 'adjustment']),
  expiresAt: instant.optional(),
  costCents: z.int().min(0).optional(),
  currency: z
    .string()
    .regex(/^[A-Z]{3}$/)
    .optional(),
});

const CODE_BY_FIELD: CodeByField = {
  credits: 'INVALID_CREDITS',
  expiresAt: 'INVALID_TIME',
  costCents: 'INVALID_COST',
};

/** @throws HoldfastError INVALID_ACCOUNT_ID, INVALID_KEY, INVALID_CREDITS, INVALID_TIME, INVALID_COST, EXPIRY_REQUIRED, INVALID_ARGUMENT */
export function parseGrant(raw: unknown): GrantRequest {
  const grant = parseShape(grantShape, raw, 'grant', CODE_BY_FIELD);
  if (grant.source === 'promotion' && grant.expiresAt === undefined) {
    throw new HoldfastError('EXPIRY_REQUIRED', 'A promotion needs an end: say when it expires.');
  }
  return { ...grant, accountId: checkAccountId(grant.accountId), key: checkKey(grant.key) };
}

/** @throws HoldfastError INVALID_ACCOUNT_ID, INVALID_KEY, INVALID_CREDITS, INVALID_ARGUMENT */
export function parseDeduction(raw: unknown): DeductionRequest {
  const deduction = parseShape(deductionShape, raw, 'deduction', CODE_BY_FIELD);
  return { ...deduction, accountId: checkAccountId(deduction.accountId), key: checkKey(deduction.key) };
}
