import { z } from 'zod';
import { HoldfastError } from '../errors';
import { shown } from '../json';
import { instant } from '../parsing';
import type { HistoryPage } from './ledger-reader';

const pageShape = z.strictObject({
  limit: z.int().min(1).max(1_000).optional(),
  before: z.int().min(1).optional(),
});

/** An ISO 8601 instant with an offset. @throws HoldfastError INVALID_TIME */
export function checkInstant(value: unknown): string {
  const parsed = instant.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new HoldfastError(
    'INVALID_TIME',
    `${shown(value)} is not an ISO 8601 time with an offset, like 2026-01-31T09:30:00Z.`,
  );
}

/** @throws HoldfastError INVALID_ARGUMENT */
export function checkPage(page: unknown = {}): HistoryPage {
  const parsed = pageShape.safeParse(page);
  if (parsed.success) return parsed.data;
  throw new HoldfastError('INVALID_ARGUMENT', 'limit is a whole number from 1 to 1000, before a version from 1.');
}
