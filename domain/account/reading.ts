import { z } from 'zod';
import { HoldfastError } from '../errors';
import { shown } from '../json';
import { type CodeByField, instant, parseShape, storableText } from '../parsing';
import type { HistoryPage } from './ledger-reader';

const pageShape = z.strictObject({
  limit: z.int().min(1).max(1_000).optional(),
  before: z.int().min(1).optional(),
  // Also one that no catalog has any more.
  kind: storableText(64).optional(),
  since: instant.optional(),
});

const PAGE_CODES: CodeByField = { kind: 'UNKNOWN_KIND', since: 'INVALID_TIME' };

/** An ISO 8601 instant with an offset. @throws HoldfastError INVALID_TIME */
export function checkInstant(value: unknown): string {
  const parsed = instant.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new HoldfastError(
    'INVALID_TIME',
    `${shown(value)} is not an ISO 8601 time with an offset, like 2026-01-31T09:30:00Z.`,
  );
}

/** @throws HoldfastError INVALID_ARGUMENT, UNKNOWN_KIND, INVALID_TIME */
export function checkPage(page: unknown = {}): HistoryPage {
  return parseShape(pageShape, page, 'page', PAGE_CODES);
}
