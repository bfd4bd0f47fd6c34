import { z } from 'zod';
import type { ErrorCode } from './errors';
import { answered, coded, whole } from './fields';
import { shown } from './json';
import type { OwnProblem } from './parse';
import { DIMENSION_DEFAULTS, PRICED_VALUES } from './priced-values';

/**
 * The dimensions of a price besides the kind, as callers send them. A new dimension is a member of
 * this file's schemas, and has its default and its values in `priced-values.ts`. Requests, bodies,
 * quotes, records and jobs take it from here.
 */
export const askedDimensions = z.strictObject({
  seconds: coded('INVALID_DURATION', z.number({ error: notFinite }).superRefine(checkDecimals))
    .optional()
    .meta({
      description: 'Where the kind is priced by time; three decimals at most.',
      exclusiveMinimum: 0,
    }),
  audio: z.boolean().optional(),
});

/** The dimensions in answers. */
export const dimensions = z.object({
  seconds: z.number().nullable().default(DIMENSION_DEFAULTS.seconds),
  audio: z.boolean().default(DIMENSION_DEFAULTS.audio),
});

export type Dimensions = z.output<typeof dimensions>;

export type AskedDimensions = z.output<typeof askedDimensions>;

const credits = whole(1);

export const priceSeconds = z
  .number()
  .positive()
  .refine(
    (value) => Math.round(value * 1000) / 1000 === value,
    'at most three decimals of a second',
  );

/** A price in the catalog. */
export const price = z.strictObject({
  credits: credits.meta({ description: 'Per generation, or per started unit of `perSeconds`.' }),
  perSeconds: priceSeconds.optional().meta({
    description: 'The unit of a price by time, in seconds; absent for a price per generation.',
  }),
  creditsWithAudio: credits
    .optional()
    .meta({ description: 'The same price with audio; absent where the kind has no audio.' }),
});

export type Price = z.output<typeof price>;

/** What a generation costs whose caller cancels it, of a kind in the catalog. */
export const cancelled = z.enum(['free', 'used']).meta({
  description:
    'What a generation costs that its caller cancels: nothing (`free`, also where it isn’t said), or what the provider bills for it, up to the quote (`used`).',
});

/** The price of the most expensive generation or unit, in credits. */
export function highestUnitPrice(price: Price): number {
  return Math.max(price.credits, ...PRICED_VALUES.map(({ member }) => price[member] ?? 0));
}

/**
 * A kind on the price list, with the members of its price; null if the price has no such member.
 */
export const pricedKind = z.object({
  kind: z.string(),
  name: z.string(),
  credits: answered.credits.meta({
    description: 'Per generation, or per started unit of `perSeconds`.',
  }),
  perSeconds: z.number().nullable().default(null),
  creditsWithAudio: answered.credits
    .nullable()
    .default(null)
    .meta({ description: 'Null where the kind has no audio.' }),
  maxSeconds: z
    .number()
    .nullable()
    .meta({ description: 'The longest duration; null where it has none.' }),
  cancelled: cancelled.optional(),
});

export type PricedKind = z.output<typeof pricedKind>;

function notFinite({ input }: { input?: unknown }): string {
  return `The duration must be a finite number of seconds, not ${shown(input)}.`;
}

/**
 * A double can't hold 8.001 exactly. The caller's decimals count, so the nearest millisecond must
 * print as the same number.
 */
function checkDecimals(seconds: number, context: z.RefinementCtx): void {
  const refuse = (message: string, code: ErrorCode) => {
    context.addIssue({ code: 'custom', message, params: { code } satisfies OwnProblem });
  };
  if (seconds <= 0) {
    refuse(`The duration must be more than 0 seconds, not ${seconds}.`, 'DURATION_NOT_POSITIVE');
  } else if (seconds < 1e12 && Math.round(seconds * 1000) / 1000 !== seconds) {
    refuse(`The duration ${seconds} s has more than three decimals.`, 'INVALID_DURATION');
  }
}
