import type { Generation, HistoryEntry } from '../api/types';

/** What the journal tells of one generation: everything but its receipt. */
export interface GenerationRow {
  type: 'generation';
  version: number;
  at: string;
  requestId: string;
  kind: string | null;
  status: 'running' | 'committed' | 'released';
  reserved: number;
  charged: number;
  metadata: Record<string, string>;
}

interface Booking {
  version: number;
  at: string;
  credits: number;
  reason: string | null;
}

export interface GrantRow extends Booking, Pick<HistoryEntry, 'source' | 'planId'> {
  type: 'grant';
}

export interface ExpiryRow extends Booking {
  type: 'expire';
}

export interface DeductionRow extends Booking {
  type: 'deduct';
}

/** What the page doesn't know yet, by its name. */
export interface OtherRow extends Booking {
  type: 'other';
  name: string;
  /** With its sign. */
  credits: number;
}

/** A line of the history as a person reads it: one for a generation, whatever its entries are. */
export type Row = GenerationRow | GrantRow | ExpiryRow | DeductionRow | OtherRow;

const OF_GENERATIONS: readonly string[] = [
  'reserve',
  'commit',
  'release',
] satisfies HistoryEntry['type'][];
const ENDS: readonly string[] = [
  'committed',
  'released',
  'cancelled',
  'rejected',
] satisfies Generation['status'][];

/** Whether it is known to be over. */
export function hasEnded(status: string): boolean {
  return ENDS.includes(status);
}

/** Credits of one source that a generation was paid from. */
export interface Paid {
  source: Generation['allocations'][number]['source'];
  credits: number;
}

/**
 * Newest first. A generation stands where its latest entry stands, so that nothing moves when an older page brings the
 * entry with which it began: what it cost can be read from its last one alone.
 */
export function rowsOf(entries: HistoryEntry[]): Row[] {
  const told = new Set<string>();
  return entries.flatMap<Row>((entry) => {
    if (entry.requestId === undefined || !OF_GENERATIONS.includes(entry.type))
      return [ofCredits(entry)];
    if (told.has(entry.requestId)) return [];
    told.add(entry.requestId);
    return [ofGeneration(entry, entry.requestId)];
  });
}

/** The generation that ended last: its last entry tells all of it, so no other has to be looked at. */
export function latestEndedIn(entries: HistoryEntry[]): GenerationRow | null {
  const last = entries.find(({ type }) => type === 'commit' || type === 'release');
  return last?.requestId === undefined ? null : ofGeneration(last, last.requestId);
}

/** What was loaded before and what has come now; each version once, newest first. */
export function mergeEntries(before: HistoryEntry[], now: HistoryEntry[]): HistoryEntry[] {
  const byVersion = new Map([...before, ...now].map((entry) => [entry.version, entry]));
  return [...byVersion.values()].sort((a, b) => b.version - a.version);
}

function ofGeneration(latest: HistoryEntry, requestId: string): GenerationRow {
  const { version, at, type, availableDelta, reservedDelta, kind = null, metadata = {} } = latest;
  const told = { type: 'generation', version, at, requestId, kind, metadata } as const;
  if (type === 'reserve')
    return { ...told, status: 'running', reserved: reservedDelta, charged: 0 };
  const status = type === 'commit' ? 'committed' : 'released';
  // What left the reservation and did not come back.
  return { ...told, status, reserved: -reservedDelta, charged: -reservedDelta - availableDelta };
}

function ofCredits(entry: HistoryEntry): Row {
  const { version, at, type, availableDelta, reason = null, source, planId } = entry;
  const told = { version, at, credits: Math.abs(availableDelta), reason };
  if (type === 'expire') return { ...told, type };
  if (type === 'deduct') return { ...told, type };
  if (type !== 'grant') return { ...told, type: 'other', name: type, credits: availableDelta };
  return { ...told, type, ...(source && { source }), ...(planId !== undefined && { planId }) };
}

/** What each source gave, in the order in which it was used; of one that isn't over, what is held. */
export function paidFrom({
  allocations,
  status,
}: Pick<Generation, 'allocations' | 'status'>): Paid[] {
  const bySource = new Map<Paid['source'], number>();
  for (const { source, credits, charged } of allocations) {
    bySource.set(source, (bySource.get(source) ?? 0) + (hasEnded(status) ? charged : credits));
  }
  return [...bySource]
    .map(([source, credits]) => ({ source, credits }))
    .filter(({ credits }) => credits > 0);
}

/** Null for what a browser should not be sent to by a click. */
export function webUrl(text: string): string | null {
  if (!URL.canParse(text)) return null;
  const { protocol, href } = new URL(text);
  return protocol === 'https:' || protocol === 'http:' ? href : null;
}
