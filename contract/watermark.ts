import { z } from 'zod';
import { HoldfastError } from './errors';
import { answered } from './fields';

/** How far a ledger has come, and in which database. Published JSON: `ledgerWorkflow` is told it. */
export const watermark = z.strictObject({
  mark: z.int().min(0),
  at: answered.instant.nullable().meta({ description: 'Null before the first one.' }),
  database: z.string().nullable().meta({
    description: 'Differs in every copy of the database but a standby; null where it isn’t known.',
  }),
});

export type Watermark = z.output<typeof watermark>;

/**
 * Whether Temporal was told of a later state than this ledger's, or by another copy of it. A ledger
 * without a watermark, and a Temporal that was told nothing, prove nothing.
 */
export function isRestored(own: Watermark | null, told: Watermark | null): boolean {
  if (own === null || told === null) return false;
  return own.mark < told.mark || isOtherDatabase(own, told);
}

function isOtherDatabase(own: Watermark, told: Watermark): boolean {
  return own.database !== null && told.database !== null && own.database !== told.database;
}

/**
 * Refuses a ledger that was restored from a copy, until an operator has opened it: what it lacks may
 * have been charged, told and generated.
 *
 * @throws HoldfastError LEDGER_RESTORED
 */
export function expectNotRestored(own: Watermark | null, told: Watermark | null): void {
  if (!isRestored(own, told)) return;
  throw new HoldfastError('LEDGER_RESTORED', restoredInWords(own as Watermark, told as Watermark), {
    own,
    told,
  });
}

export function restoredInWords(own: Watermark, told: Watermark): string {
  const [ours, theirs] = [own, told].map(({ mark, at }) => `${mark}${at ? ` of ${at}` : ''}`);
  const why =
    own.mark < told.mark
      ? `The ledger is at mark ${ours}, and Temporal knows mark ${theirs}: it was restored from an older copy.`
      : 'The ledger stands in another database than the one that Temporal knows: it is a copy.';
  return `${why} Nothing is charged, told or generated before \`holdfast restore open\`. See docs/how-to/restore.md.`;
}
