import type { Generation, HistoryEntry } from '../api/types';
import type { Words } from '../words/english';
import type { Format } from '../words/format';
import { ownMember } from './facts';

/** A generation as its journal entries show it. */
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

export interface RefundRow extends Booking {
  type: 'refund';
}

/** Credits that were held for a refund that was not made. */
export interface NotRefundedRow extends Booking {
  type: 'not-refunded';
}

/** Credits of a refunded pack that had been used. */
export interface DebtRow extends Booking {
  type: 'owe';
}

/** What of a grant has paid a debt. */
export interface RepaymentRow extends Booking {
  type: 'repay';
}

/** Credits of a pack whose payment is disputed. */
export interface FreezeRow extends Booking {
  type: 'freeze';
}

export interface UnfreezeRow extends Booking {
  type: 'unfreeze';
}

/** An entry of a type that this version of the page doesn't know. */
export interface OtherRow extends Booking {
  type: 'other';
  name: string;
  /** The change of the available credits, with its sign. */
  credits: number;
}

/** A row of the history. A generation has one row, however many entries it has. */
export type Row =
  | GenerationRow
  | GrantRow
  | ExpiryRow
  | DeductionRow
  | RefundRow
  | NotRefundedRow
  | DebtRow
  | RepaymentRow
  | FreezeRow
  | UnfreezeRow
  | OtherRow;

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

/** Whether the status is known to be final. */
export function hasEnded(status: string): boolean {
  return ENDS.includes(status);
}

/** Credits of one source that paid for a generation. */
export interface Paid {
  source: Generation['allocations'][number]['source'];
  credits: number;
}

/**
 * The rows of entries, newest first. A generation's row stands at its latest entry, which has all
 * its figures, so that nothing moves when an older page brings its first entry.
 */
export function rowsOf(entries: HistoryEntry[]): Row[] {
  const seen = new Set<string>();
  return entries.flatMap<Row>((entry) => {
    if (entry.requestId === undefined || !OF_GENERATIONS.includes(entry.type))
      return [ofCredits(entry)];
    if (seen.has(entry.requestId)) return [];
    seen.add(entry.requestId);
    return [ofGeneration(entry, entry.requestId)];
  });
}

/** The generation that ended last, from its last entry alone. */
export function latestEndedIn(entries: HistoryEntry[]): GenerationRow | null {
  const last = entries.find(({ type }) => type === 'commit' || type === 'release');
  return last?.requestId === undefined ? null : ofGeneration(last, last.requestId);
}

/** The entries of both lists, each version once, newest first. */
export function mergeEntries(before: HistoryEntry[], now: HistoryEntry[]): HistoryEntry[] {
  const byVersion = new Map([...before, ...now].map((entry) => [entry.version, entry]));
  return [...byVersion.values()].sort((a, b) => b.version - a.version);
}

function ofGeneration(latest: HistoryEntry, requestId: string): GenerationRow {
  const { version, at, type, availableDelta, reservedDelta, kind = null, metadata = {} } = latest;
  const row = { type: 'generation', version, at, requestId, kind, metadata } as const;
  if (type === 'reserve') return { ...row, status: 'running', reserved: reservedDelta, charged: 0 };
  const status = type === 'commit' ? 'committed' : 'released';
  // The charge is the part of the reservation that didn't come back.
  return { ...row, status, reserved: -reservedDelta, charged: -reservedDelta - availableDelta };
}

function ofCredits(entry: HistoryEntry): Row {
  const { version, at, type, availableDelta, owedDelta, reason = null, source, planId } = entry;
  const row = { version, at, credits: Math.abs(availableDelta), reason };
  if (type === 'expire') return { ...row, type };
  if (type === 'refund' && availableDelta > 0) return { ...row, type: 'not-refunded' };
  if (type === 'deduct' || type === 'refund' || type === 'repay') return { ...row, type };
  if (type === 'freeze') return { ...row, type };
  if (type === 'unfreeze') return { ...row, type };
  if (type === 'owe') return { ...row, type, credits: owedDelta ?? 0 };
  if (type !== 'grant') return { ...row, type: 'other', name: type, credits: availableDelta };
  return { ...row, type, ...(source && { source }), ...(planId !== undefined && { planId }) };
}

/**
 * The credits of each source, in the order of their use: charged ones, or reserved ones until the
 * generation has ended.
 */
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

/** Why a generation ended. A reason that the page doesn't know is told as it is. */
export function reasonInWords(
  {
    status,
    reason,
    reserved,
    charged,
  }: Pick<Generation, 'status' | 'reason' | 'reserved' | 'charged'>,
  { went }: Words,
  format: Format,
): string | null {
  if (status === 'cancelled' && charged > 0)
    return went.receipt.cancelled(format, charged, reserved);
  return reason && (ownMember(went.reasons, reason) ?? reason);
}

/** The address if it is http or https, which a link may lead to; null otherwise. */
export function webUrl(text: string): string | null {
  if (!URL.canParse(text)) return null;
  const { protocol, href } = new URL(text);
  return protocol === 'https:' || protocol === 'http:' ? href : null;
}
