import { z } from 'zod';
import { DEFAULT_MAX_SECONDS, yearsOf } from './duration';
import type { ErrorCode } from './errors';
import { answered, coded, currency, duration, instant, whole } from './fields';
import type { OwnProblem } from './parse';
import { cancelled, highestUnitPrice, price, priceSeconds } from './price';

/** Boundaries are counted from an anchor, and the calendar ends with the year 9999. */
const CYCLE_YEARS_MAX = 10;

export const catalogId = z
  .string()
  .max(64)
  .regex(
    /^[a-z0-9]+(-[a-z0-9]+)*$/,
    'an id is kebab-case: a–z, 0–9 and single hyphens between them',
  );

// Control characters break tables in a terminal. Postgres' jsonb refuses NUL and lone surrogates.
const name = z
  .string()
  .max(100)
  .regex(/^[^\p{Cc}\p{Cs}]+$/u, 'a name is text without control characters');

const credits = whole(1);

export const generationKind = z
  .strictObject({
    name,
    price: coded('CATALOG_INVALID_PRICE', price),
    maxSeconds: priceSeconds.optional().meta({
      description: 'The longest duration that may be asked for; only with a price by time.',
    }),
    timeLimitSeconds: whole(1).meta({
      description:
        'Queueing and generating together; past it the reservation is released as `timed-out`.',
    }),
    cancelled: cancelled.optional(),
  })
  .refine(({ maxSeconds, price }) => maxSeconds === undefined || price.perSeconds !== undefined, {
    path: ['maxSeconds'],
    error: 'only with a price by time (perSeconds)',
  })
  .refine(
    ({ maxSeconds, price }) => {
      const units =
        price.perSeconds === undefined ? 1 : (maxSeconds ?? DEFAULT_MAX_SECONDS) / price.perSeconds;
      return Number.isSafeInteger(Math.ceil(units) * highestUnitPrice(price));
    },
    {
      path: ['price'],
      error: 'the longest duration would cost more credits than a safe integer can count',
    },
  );

export const plan = z.strictObject({
  name,
  credits: coded('CATALOG_INVALID_PRICE', credits).meta({
    description: 'Granted at the start of each billing cycle.',
  }),
  cycle: coded(
    'CATALOG_INVALID_CYCLE',
    duration
      .refine((said) => /[1-9]/.test(said), 'a cycle lasts longer than nothing')
      .refine(
        (said) => yearsOf(said) <= CYCLE_YEARS_MAX,
        `a cycle lasts ${CYCLE_YEARS_MAX} years at most`,
      ),
  ),
});

export const pack = z.strictObject({
  credits: coded('CATALOG_INVALID_PRICE', credits),
  priceCents: coded('CATALOG_INVALID_PRICE', whole(0)).meta({
    description: 'In minor units of the currency.',
  }),
  currency,
});

/** What a billing system's price means here. */
const sold = z.union([
  z.strictObject({ planId: catalogId }),
  z.strictObject({ packId: catalogId }),
]);

/** By the billing system's own id of the price, such as Stripe's `price_…`. */
const billingPrices = z
  .record(
    z
      .string()
      .max(128)
      .regex(/^[A-Za-z0-9][A-Za-z0-9._@|:/-]*$/, 'an id of a price'),
    sold,
  )
  .meta({ description: 'Which price of a billing system is which plan or pack.' });

const wait = duration.refine((said) => yearsOf(said) <= 1, 'a year at most');

const versionMembers = z.strictObject({
  version: whole(1, 2 ** 31 - 1).meta({ description: '1, 2, 3, … without gaps.' }),
  effectiveFrom: instant.meta({ description: 'From when on this version’s prices apply.' }),
  kinds: byId(generationKind),
  plans: byId(plan),
  packs: byId(pack),
  renewalGrace: wait.optional().meta({
    description: 'How long after the paid period’s end credits stay spendable. None by default.',
  }),
  settlementWindow: wait.optional().meta({
    description:
      'How long after a lapse a late message of an earlier payment is waited for. `PT1H` by default.',
  }),
  refund: z.enum(['never', 'unused', 'debt']).optional().meta({
    description:
      'How far a refund of a pack goes: none that an owner or operator asks for, its unused credits, or also a debt of what was used. `never` by default. What has gone back already is booked regardless.',
  }),
  inDebt: z.enum(['refuse', 'admit']).optional().meta({
    description: 'Whether generations of an account with a debt are admitted. `refuse` by default.',
  }),
  billingPrices: billingPrices.optional(),
});

export const catalogVersion = versionMembers.superRefine(
  ({ plans, packs, billingPrices: prices = {} }, context) => {
    for (const [priceId, meant] of Object.entries(prices)) {
      const isThere =
        'planId' in meant ? Object.hasOwn(plans, meant.planId) : Object.hasOwn(packs, meant.packId);
      if (isThere) continue;
      const message = 'the version sells nothing of that id';
      context.addIssue({ code: 'custom', path: ['billingPrices', priceId], message });
    }
  },
);

/**
 * A catalog file: its versions in order, each with everything that is on sale while it is
 * effective.
 */
export const catalogFile = z.strictObject({
  versions: z
    .array(catalogVersion)
    .min(1)
    .superRefine((versions, context) => {
      versions.forEach((current, index) => {
        for (const { field, ...issue } of orderProblems(current, versions.slice(0, index))) {
          context.addIssue({ code: 'custom', path: [index, field], ...issue });
        }
      });
    }),
});

export type GenerationKind = z.output<typeof generationKind>;
export type Plan = z.output<typeof plan>;
export type Pack = z.output<typeof pack>;
export type CatalogVersion = z.output<typeof catalogVersion>;

/**
 * A catalog version to quote from. `catalogVersion` is its number as text, or `built-in` without a
 * ledger. `validUntil` is the next version's `effectiveFrom`, or null.
 */
export const effectiveCatalog = z.object({
  catalogVersion: z.string(),
  validUntil: answered.instant.nullable(),
  catalog: z.custom<CatalogVersion>((value) => typeof value === 'object' && value !== null),
});

export type EffectiveCatalog = z.output<typeof effectiveCatalog>;

/**
 * The problems of a version that follows `earlier`; `params` carries each problem's code and
 * figures.
 */
function orderProblems(current: CatalogVersion, earlier: CatalogVersion[]) {
  const previous = earlier.at(-1);
  if (!previous) return [];
  const problems: { field: keyof CatalogVersion; message: string; params: OwnProblem }[] = [];
  const expected = previous.version + 1;
  if (current.version !== expected) {
    const isDuplicate = earlier.some((other) => other.version === current.version);
    problems.push({
      field: 'version',
      message: `expected ${expected}`,
      params: ownProblem(isDuplicate ? 'CATALOG_DUPLICATE' : 'CATALOG_VERSION_GAP', {
        version: current.version,
        expected,
      }),
    });
  }
  const from = Date.parse(current.effectiveFrom);
  if (from <= Date.parse(previous.effectiveFrom)) {
    const isDuplicate = earlier.some((other) => Date.parse(other.effectiveFrom) === from);
    problems.push({
      field: 'effectiveFrom',
      message: `must be later than the previous version’s ${previous.effectiveFrom}`,
      params: ownProblem(isDuplicate ? 'CATALOG_DUPLICATE' : 'INVALID_CATALOG', {
        version: current.version,
        effectiveFrom: current.effectiveFrom,
      }),
    });
  }
  return problems;
}

function ownProblem(code: ErrorCode, details: OwnProblem['details']): OwnProblem {
  return { code, details };
}

/**
 * A record by catalog id. zod drops a member called `__proto__` silently, so it is refused here.
 */
function byId<Value extends z.ZodType>(value: Value) {
  return z
    .unknown()
    .refine((raw) => !(raw instanceof Object && Object.hasOwn(raw, '__proto__')), {
      abort: true,
      error: '__proto__ is not an id',
    })
    .pipe(z.record(catalogId, value));
}
