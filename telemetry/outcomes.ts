import { type ErrorCode, isErrorCode } from '../contract/errors';
import type { RequestRecord } from '../contract/generation';
import type { GrantedCycles } from '../contract/subscription';
import { RELEASE_REASONS } from '../domain/generation/generation-result';
import type { LedgerAnswer } from '../ledger/connection/answers';
import type { Answer, FunctionName, Given, OperationName } from '../ledger/connection/calls';
import type { ObservedCall } from '../ledger/connection/observed-call';

/** Credits by what became of them. */
export type CreditsMoved = Partial<
  Record<'reserved' | 'committed' | 'returned' | 'granted' | 'expired', number>
>;

/**
 * Something that a call of the ledger has decided for the first time: a repetition by the same key
 * is none. It holds no text that a caller or a provider wrote.
 */
export interface Outcome {
  what: 'admission' | 'generation' | 'purchase' | 'subscription' | 'grant' | 'expiry' | 'notice';
  outcome: string;
  /** Why it was refused. */
  code?: ErrorCode;
  /** Of a generation; one that the catalog has. */
  kind?: string;
  accountId: string;
  requestId?: string;
  purchaseId?: string;
  credits: CreditsMoved;
  /** Of a request that had to wait for credits: how long. */
  waitedSeconds?: number;
}

type Told<Name extends OperationName> = (
  result: Answer<Name>,
  given: Given<Name>,
) => Omit<Outcome, 'accountId' | 'requestId' | 'purchaseId'> | undefined;

/** What each operation has decided, if it has done anything. */
const DONE: { [Name in OperationName]?: Told<Name> } = {
  reserve_credits: admissionOf,
  resume_request: admissionOf,
  commit_reservation: generationOf,
  charge_cancelled: generationOf,
  release_reservation: generationOf,
  open_purchase: () => ({ what: 'purchase', outcome: 'opened', credits: {} }),
  begin_top_up: ({ step }) =>
    step === 'buy' ? { what: 'purchase', outcome: 'opened', credits: {} } : undefined,
  settle_purchase: ({ status, credits }) => ({
    ...{ what: 'purchase', outcome: status },
    credits: status === 'granted' ? { granted: credits } : {},
  }),
  close_purchase: ({ status }) => ({ what: 'purchase', outcome: status, credits: {} }),
  grant_credits: ({ credits: granted }) => grantOf(granted),
  grant_by_workflow: ({ credits: granted }) => grantOf(granted),
  subscribe: (cycles) => subscriptionOf('subscribed', cycles),
  renew: (cycles) => subscriptionOf('renewed', cycles),
  change_plan: (cycles) => subscriptionOf('changed', cycles),
  grant_cycles: (cycles) => subscriptionOf('cycle', cycles),
  end_subscription_now: ({ expired, ...cycles }) => ({
    ...subscriptionOf('ended', cycles),
    credits: { expired },
  }),
  expire_term: (term) =>
    term.status === 'booked'
      ? { what: 'subscription', outcome: 'lapsed', credits: { expired: term.expired } }
      : undefined,
  expire_grants: ({ expired }) =>
    expired > 0 ? { what: 'expiry', outcome: 'booked', credits: { expired } } : undefined,
};

/** What of each operation was refused. */
const REFUSED: { [Name in OperationName]?: Outcome['what'] } = {
  reserve_credits: 'admission',
  refuse_credits: 'admission',
  open_purchase: 'purchase',
  grant_by_workflow: 'grant',
  subscribe: 'subscription',
  renew: 'subscription',
  change_plan: 'subscription',
};

/**
 * Of a request for admission, these are not its end: it is quoted anew, or its key is closed, which
 * is a call of its own.
 */
const NOT_YET = new Set<ErrorCode>(['STALE_CATALOG', 'ADMISSION_TIMED_OUT']);

/** What a call has decided; undefined where it has decided nothing. */
export function outcomeOf({ name, given, answers }: ObservedCall): Outcome | undefined {
  const { accountId } = given;
  if (answers === undefined || typeof accountId !== 'string') return undefined;
  const ids = { accountId, ...idsIn(given) };
  if (name === 'settle_notice') return { what: 'notice', ...ids, ...noticeOf(given) };
  const answer = answers[0] as LedgerAnswer<never> | undefined;
  if (answer === undefined || answer === null) return undefined;
  if ('refusal' in answer) {
    const what = REFUSED[name as OperationName];
    const { code } = answer.refusal;
    if (what === undefined || (what === 'admission' && NOT_YET.has(code))) return undefined;
    return { what, outcome: 'refused', code, kind: kindIn(name, given), ...ids, credits: {} };
  }
  if (!('result' in answer) || answer.replayed === true) return undefined;
  const told = DONE[name as OperationName]?.(answer.result, given as never);
  return told && { ...told, ...ids };
}

function idsIn({ requestId, purchaseId }: ObservedCall['given']) {
  return {
    ...(typeof requestId === 'string' && { requestId }),
    ...(typeof purchaseId === 'string' && { purchaseId }),
  };
}

/** A quoted request's kind is one of the catalog. */
function kindIn(name: FunctionName, { body }: ObservedCall['given']): string | undefined {
  if (name !== 'reserve_credits' && name !== 'refuse_credits') return undefined;
  return (body as { kind?: string }).kind;
}

function noticeOf({ reason }: ObservedCall['given']) {
  return { outcome: reason === null ? 'delivered' : 'failed', credits: {} };
}

function admissionOf(record: RequestRecord | null): ReturnType<Told<'reserve_credits'>> {
  if (record === null) return undefined;
  const { status, reserved, reason, wait, reservedAt, resolvedAt } = record;
  const kind = record.kind ?? undefined;
  const waited = { waitedSeconds: secondsBetween(wait?.since, reservedAt ?? resolvedAt) };
  if (status === 'open')
    return { what: 'admission', outcome: 'admitted', kind, credits: { reserved }, ...waited };
  if (status === 'waiting') return { what: 'admission', outcome: 'waiting', kind, credits: {} };
  // It waited in vain; the reason is the ledger's own code.
  const code = (reason ?? 'INTERNAL') as ErrorCode;
  return { what: 'admission', outcome: 'refused', code, kind, credits: {}, ...waited };
}

/** A request that is released before it has reserved was not admitted. */
function generationOf(record: RequestRecord): ReturnType<Told<'commit_reservation'>> {
  const { status, reserved, charged, reason, reservedAt } = record;
  const kind = record.kind ?? undefined;
  if (reservedAt === null) {
    const refused = isErrorCode(reason) && { outcome: 'refused', code: reason };
    return { what: 'admission', outcome: endOf(reason), ...refused, kind, credits: {} };
  }
  const isDone = status === 'committed' && reason === null;
  const outcome = isDone ? 'committed' : endOf(reason);
  const credits = { committed: charged, returned: reserved - charged };
  return { what: 'generation', outcome, kind, credits };
}

/** A provider's own reason may be any text. */
function endOf(reason: string | null): string {
  return ENDS.find((known) => known === reason) ?? 'failed';
}

const ENDS = [RELEASE_REASONS.cancelled, RELEASE_REASONS.orphaned, RELEASE_REASONS.timedOut];

function grantOf(granted: number): ReturnType<Told<'grant_credits'>> {
  return { what: 'grant', outcome: 'granted', credits: { granted } };
}

function subscriptionOf(outcome: string, { granted }: GrantedCycles) {
  const credits = granted.reduce((sum, cycle) => sum + cycle.credits, 0);
  return { what: 'subscription' as const, outcome, credits: { granted: credits } };
}

function secondsBetween(since: string | undefined, until: string | null): number | undefined {
  if (since === undefined || until === null) return undefined;
  return (Date.parse(until) - Date.parse(since)) / 1000;
}
