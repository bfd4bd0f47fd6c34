import { z } from 'zod';
import { answered, coded, currency, instant, isStorable, whole } from './fields';
import { accountId, key } from './ids';
import { refusal } from './outcome';
import { parser } from './parse';

export const grantSource = z.enum(['plan', 'pack', 'promotion', 'adjustment']);

const text = z.string().trim().min(1).max(512).refine(isStorable, 'holds a NUL or broken Unicode');

/** An operator's correction downwards. */
export const deductionRequest = z.strictObject({
  accountId,
  key,
  credits: coded('INVALID_CREDITS', whole(1)),
  reason: text,
  by: text,
});

/**
 * Credits that an operator or a product grants. A promotion always has an end of its own; an
 * adjustment may have one.
 */
const grantShape = deductionRequest.extend({
  source: z.enum(['promotion', 'adjustment']),
  expiresAt: coded('INVALID_TIME', instant).optional(),
  costCents: coded('INVALID_COST', whole(0))
    .optional()
    .meta({ description: 'What was paid for it in all, in minor units.' }),
  currency: currency.optional().meta({ description: 'USD by default.' }),
});

export const grantRequest = grantShape.superRefine(({ source, expiresAt }, context) => {
  if (source !== 'promotion' || expiresAt !== undefined) return;
  const message = 'A promotion needs an end: say when it expires.';
  context.addIssue({ code: 'custom', message, params: { code: 'EXPIRY_REQUIRED' } });
});

/** Over HTTP the token says who grants or deducts, and for which account. */
const said = { accountId: true, key: true, by: true } as const;

export const grantBody = grantShape.omit(said).meta({
  examples: [{ credits: 20, source: 'adjustment', reason: 'Ticket 4711' }],
});

export const deductionBody = deductionRequest
  .omit(said)
  .meta({ examples: [{ credits: 20, reason: 'Ticket 4711' }] });

/** What a worker lets workflows grant. */
export interface WorkflowGrantLimits {
  /** The most credits of one grant. */
  creditsMax: number;
  /** The most credits of all accounts' grants on a UTC day. */
  creditsPerDay: number;
}

export const createdGrant = z
  .object({
    grantId: z.string(),
    accountId: answered.id,
    source: grantSource,
    credits: answered.credits,
    expiresAt: answered.instant.nullable(),
    grantedAt: answered.instant,
  })
  .meta({ id: 'CreatedGrant' });

export const deduction = z.object({
  accountId: answered.id,
  credits: answered.credits,
  version: z.int().meta({ description: 'The entry’s.' }),
  at: answered.instant,
});

/** The expiry that one call booked: the credits, and the number of journal entries. */
export const bookedExpiry = z.object({
  accountId: answered.id,
  expired: answered.credits,
  entries: z.int(),
});

/** The answer to a grant. Published JSON: with the request, the result of `grantWorkflow`. */
export const grantOutcome = z.union([
  z.object({ ok: z.literal(true), grant: createdGrant }),
  z.object({ ok: z.literal(false), refusal }),
]);

/** The origin of a grant. */
export const grantOrigin = z.object({
  source: grantSource,
  packId: z.string().optional().meta({ description: 'Of a pack.' }),
  purchaseId: z.string().optional().meta({ description: 'Of a pack.' }),
  planId: z.string().optional().meta({ description: 'Of a plan: the one that was paid for.' }),
  cycle: z.int().optional().meta({ description: 'Of a plan: the billing cycle’s number.' }),
  cycleStart: answered.instant.optional(),
  cycleEnd: answered.instant.optional().meta({ description: 'It belongs to the next cycle.' }),
});

export type GrantSource = z.output<typeof grantSource>;
export type GrantRequest = z.output<typeof grantRequest>;
/** The idempotency body of a grant: only what the caller sent. */
export type GrantBody = Omit<GrantRequest, 'accountId' | 'key'>;
export type DeductionRequest = z.output<typeof deductionRequest>;
export type DeductBody = Omit<DeductionRequest, 'accountId' | 'key'>;
export type CreatedGrant = z.output<typeof createdGrant>;
export type Deduction = z.output<typeof deduction>;
export type GrantOutcome = z.output<typeof grantOutcome>;
export type GrantOrigin = z.output<typeof grantOrigin>;

/**
 * @throws HoldfastError INVALID_ACCOUNT_ID, INVALID_KEY, INVALID_CREDITS, INVALID_TIME,
 *   INVALID_COST, EXPIRY_REQUIRED, INVALID_ARGUMENT
 */
export const parseGrant = parser(grantRequest, 'grant');

/** @throws HoldfastError INVALID_ACCOUNT_ID, INVALID_KEY, INVALID_CREDITS, INVALID_ARGUMENT */
export const parseDeduction = parser(deductionRequest, 'deduction');
