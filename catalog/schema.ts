import { z } from 'zod';
import type { ErrorCode, ErrorDetails } from '../domain/errors';
import { duration } from '../domain/parsing';
import { DEFAULT_MAX_SECONDS } from '../domain/pricing/pricing';

/** What an issue about the order of versions says beyond its path and message. */
export interface OrderProblem {
  code: ErrorCode;
  figures: ErrorDetails;
}

const id = z
  .string()
  .max(64)
  .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, 'an id is kebab-case: a–z, 0–9 and single hyphens between them');

// Control characters would break tables in a terminal, and Postgres' jsonb refuses NUL and lone surrogates.
const name = z
  .string()
  .max(100)
  .regex(/^[^\p{Cc}\p{Cs}]+$/u, 'a name is text without control characters');

const credits = z.int().positive();

const seconds = z
  .number()
  .positive()
  .refine((value) => Math.round(value * 1000) / 1000 === value, 'at most three decimals of a second');

const cycle = duration.refine((text) => /[1-9]/.test(text), 'a cycle lasts longer than nothing');

const kind = z
  .strictObject({
    name,
    price: z.strictObject({ credits, perSeconds: seconds.optional(), creditsWithAudio: credits.optional() }),
    maxSeconds: seconds.optional(),
    timeLimitSeconds: z.int().positive(),
  })
  .refine(({ maxSeconds, price }) => maxSeconds === undefined || price.perSeconds !== undefined, {
    path: ['maxSeconds'],
    error: 'only with a price by time (perSeconds)',
  })
  .refine(
    ({ maxSeconds, price }) => {
      const units = price.perSeconds === undefined ? 1 : (maxSeconds ?? DEFAULT_MAX_SECONDS) / price.perSeconds;
      return Number.isSafeInteger(Math.ceil(units) * Math.max(price.credits, price.creditsWithAudio ?? 0));
    },
    { path: ['price'], error: 'the longest duration would cost more credits than a safe integer can count' },
  );

const plan = z.strictObject({ name, credits, cycle });

const pack = z.strictObject({
  credits,
  priceCents: z.int().nonnegative(),
  currency: z.string().regex(/^[A-Z]{3}$/, 'an ISO 4217 code such as USD'),
});

const version = z.strictObject({
  version: z.int().positive(),
  effectiveFrom: z.iso.datetime({
    offset: true,
    error: 'an ISO 8601 instant with an offset, such as 2026-01-01T00:00:00Z',
  }),
  kinds: byId(kind),
  plans: byId(plan),
  packs: byId(pack),
  renewalGrace: duration.optional(),
  settlementWindow: duration.optional(),
});

/** One catalog file: its versions in order, each with everything that is on sale while it is effective. */
export const catalogFile = z.strictObject({
  versions: z
    .array(version)
    .min(1)
    .superRefine((versions, context) => {
      versions.forEach((current, index) => {
        for (const { field, ...issue } of orderProblems(current, versions.slice(0, index))) {
          context.addIssue({ code: 'custom', path: [index, field], ...issue });
        }
      });
    }),
});

type Version = z.infer<typeof version>;

/** What is wrong with a version that comes after these; `params` carries the problem's own code and figures. */
function orderProblems(current: Version, earlier: Version[]) {
  const previous = earlier.at(-1);
  if (!previous) return [];
  const problems: { field: keyof Version; message: string; params: OrderProblem }[] = [];
  const expected = previous.version + 1;
  if (current.version !== expected) {
    const isDuplicate = earlier.some((other) => other.version === current.version);
    problems.push({
      field: 'version',
      message: `expected ${expected}`,
      params: {
        code: isDuplicate ? 'CATALOG_DUPLICATE' : 'CATALOG_VERSION_GAP',
        figures: { version: current.version, expected },
      },
    });
  }
  const from = Date.parse(current.effectiveFrom);
  if (from <= Date.parse(previous.effectiveFrom)) {
    const isDuplicate = earlier.some((other) => Date.parse(other.effectiveFrom) === from);
    problems.push({
      field: 'effectiveFrom',
      message: `must be later than the previous version’s ${previous.effectiveFrom}`,
      params: {
        code: isDuplicate ? 'CATALOG_DUPLICATE' : 'INVALID_CATALOG',
        figures: { version: current.version, effectiveFrom: current.effectiveFrom },
      },
    });
  }
  return problems;
}

/** zod drops a member called `__proto__` from records silently; here it is refused like any other bad id. */
function byId<Value extends z.ZodType>(value: Value) {
  return z
    .unknown()
    .refine((raw) => !(raw instanceof Object && Object.hasOwn(raw, '__proto__')), {
      abort: true,
      error: '__proto__ is not an id',
    })
    .pipe(z.record(id, value));
}
