import { z } from 'zod';
import { answered, coded, whole } from './fields';
import { shown } from './json';
import { parse } from './parse';

/**
 * An IANA name, as the runtime writes it. An offset such as +01:00 is refused: with summer time it
 * is wrong for half of the year.
 */
const timeZone = coded(
  'INVALID_TIME_ZONE',
  z.string().transform((name, context) => {
    try {
      if (/^[A-Za-z]/.test(name))
        return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone;
    } catch {
      // No zone of that name.
    }
    const message = `${shown(name)} is not an IANA time zone such as Europe/Berlin.`;
    context.addIssue({ code: 'custom', message });
    return z.NEVER;
  }),
);

/** The days of a usage query; the last one is today. */
export const usageRange = z.strictObject({
  days: whole(1, 366).default(30).meta({ description: 'The last one is today.' }),
  timeZone: timeZone
    .default('UTC')
    .meta({ description: 'An IANA name; UTC if left out.', examples: ['Europe/Berlin'] }),
});

/** The charges for one kind in the quarter of an hour that begins at `from`. */
export const usageSlice = z.object({
  from: answered.instant,
  kind: z.string(),
  credits: answered.credits,
  generations: z.int(),
});

const usageOfKind = usageSlice.omit({ from: true });

/** The charges per day of a time zone, oldest day first. Published JSON. */
export const usage = z
  .object({
    accountId: answered.id,
    timeZone: z.string(),
    days: z.array(
      z.object({ day: z.string().meta({ format: 'date' }), kinds: z.array(usageOfKind) }),
    ),
  })
  .meta({
    id: 'Usage',
    description: 'What generations were charged, oldest day first; also the days without any.',
    examples: [
      {
        accountId: 'acme',
        timeZone: 'Europe/Berlin',
        days: [{ day: '2026-01-31', kinds: [{ kind: 'ai-avatar', credits: 4, generations: 1 }] }],
      },
    ],
  });

export type UsageRange = z.input<typeof usageRange>;
export type UsageDays = z.output<typeof usageRange>;
export type UsageSlice = z.output<typeof usageSlice>;
export type Usage = z.output<typeof usage>;
export type UsageDay = Usage['days'][number];

/** @throws HoldfastError INVALID_ARGUMENT, INVALID_TIME_ZONE */
export const checkUsageRange = (range: unknown = {}): UsageDays =>
  parse(usageRange, range, 'range');
