import { Context } from '@temporalio/activity';
import type { Client } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { type ActWords, parseActWords } from '../contract/act';
import type { RequestRecord } from '../contract/generation';
import { type GenerationOutcome, generationOutcome } from '../contract/generation-job';
import { identityOf, isSameTemporal, type TemporalIdentity } from '../contract/temporal-identity';
import { RELEASE_REASONS } from '../domain/generation/generation-result';
import { chargeFor, isChargeable, pinQuote } from '../domain/pricing/quote';
import { askedOf } from '../domain/pricing/unit-price';
import type { DueCursor, Ledger } from '../ledger/ledger';
import { asActivity } from './support/as-activity';
import { refuseUnstorable, valueOrRefusal } from './support/refusals';
import { claimedIdentity, stateOfWorkflow } from './support/temporal';
import { temporalText } from './support/thrown';

const PAGE_SIZE = 100;
/** A workflow is taken for gone only after two passes in a row have not found it. */
const MISSING_PASSES = 2;

export interface PassScope {
  /** The ledger's time at the beginning of the pass; only what was due by then is checked. */
  dueBy: string;
  open: number;
  /** Set if this is not the Temporal that the ledger belongs to. */
  mismatch?: { recorded: TemporalIdentity; seen: TemporalIdentity };
}

export interface RequestKey {
  accountId: string;
  requestId: string;
}

export interface InspectedPage {
  /** Reservations whose workflow runs. */
  extended: number;
  /** Reservations whose workflow was not found in this pass. */
  missing: number;
  /** Reservations for which Temporal gave no clear answer; nothing was changed. */
  unclear: number;
  orphans: RequestKey[];
  next: DueCursor | null;
}

export interface InspectInput {
  /** The ledger's time by which a hold must be due. */
  dueBy: string;
  /** The last row of the page before; null for the first page. */
  after: DueCursor | null;
  /** Names the pass, so that a repetition counts as the same pass. */
  passId: string;
}

export interface OrphanInput extends RequestKey {
  /** The job's final state, as the provider gave it. */
  outcome: GenerationOutcome;
}

export interface ReconciliationActivities {
  /**
   * The pass's time and size, and whether this is the ledger's own Temporal. `confirmed`: an
   * operator lets the pass release however many there are, which is kept as an act.
   */
  beginPass(confirmed?: ActWords): Promise<PassScope>;
  /** Extends the due holds whose workflow runs, and finds those whose workflow has ended. */
  inspectHolds(input: InspectInput): Promise<InspectedPage>;
  /** Commits an orphan whose job succeeded, and releases any other as `orphaned`. */
  resolveOrphan(input: OrphanInput): Promise<'committed' | 'released'>;
}

export interface ReconciliationActivitiesOptions {
  ledger: Ledger;
  temporal: Client;
  /** How long an extended reservation is left alone, in milliseconds. */
  holdMs: number;
  /**
   * Builds `generation/{account}/{request}`; passed in, because activities don't import workflows.
   */
  workflowIdOf: (accountId: string, requestId: string) => string;
}

export function createReconciliationActivities(
  options: ReconciliationActivitiesOptions,
): ReconciliationActivities {
  const { ledger, temporal, holdMs, workflowIdOf } = options;

  return {
    beginPass: asActivity(async (confirmed) => {
      const { now, open } = await ledger.holds.scope();
      const seen = await identityOf(temporal.connection, temporal.options.namespace);
      const recorded = await ledger.temporalIdentity(seen);
      if (!isSameTemporal(recorded, seen)) {
        return { dueBy: now, open, mismatch: { recorded, seen } };
      }
      if (confirmed) await keepConfirmation(options, confirmed);
      return { dueBy: now, open };
    }),

    inspectHolds: asActivity(async ({ dueBy, after, passId }) => {
      const due = await ledger.holds.due(dueBy, after, PAGE_SIZE);
      const page: InspectedPage = { extended: 0, missing: 0, unclear: 0, orphans: [], next: null };
      for (const { accountId, requestId } of due) {
        Context.current().heartbeat();
        const state = await stateOfWorkflow(temporal, workflowIdOf(accountId, requestId));
        if (state === 'running') {
          await ledger.holds.extend(accountId, requestId, holdMs);
          page.extended += 1;
        } else if (state === 'closed') {
          page.orphans.push({ accountId, requestId });
        } else if (state === 'missing') {
          page.missing += 1;
          const passes = await ledger.holds.noteMissing(accountId, requestId, passId);
          if (passes !== null && passes >= MISSING_PASSES)
            page.orphans.push({ accountId, requestId });
        } else {
          page.unclear += 1;
        }
      }
      const last = due.at(-1);
      if (last && due.length === PAGE_SIZE) page.next = last;
      return page;
    }),

    resolveOrphan: asActivity((input) => resolveOrphan(ledger, input)),
  };
}

/** @throws ApplicationFailure INVALID_ARGUMENT, which no other attempt mends */
async function keepConfirmation(
  { ledger, temporal }: ReconciliationActivitiesOptions,
  raw: unknown,
): Promise<void> {
  const words = valueOrRefusal(() => parseActWords(raw));
  if ('code' in words)
    throw ApplicationFailure.nonRetryable(temporalText(words.message), words.code);
  await ledger.acts.confirmReconciliation({
    ...words,
    passId: Context.current().info.workflowExecution?.runId ?? '',
    claimedIdentity: await claimedIdentity(temporal),
  });
}

async function resolveOrphan(
  ledger: Ledger,
  { accountId, requestId, outcome }: OrphanInput,
): Promise<'committed' | 'released'> {
  const release = () => ledger.release(accountId, requestId, RELEASE_REASONS.orphaned);
  const record = await ledger.request(accountId, requestId);
  const delivery = record && (await deliveryOf(ledger, record, outcome));
  if (delivery && record.status === 'open') {
    const { credits, outputUrl } = delivery;
    await refuseUnstorable<unknown>(
      () => ledger.commit(accountId, requestId, credits, outputUrl),
      release,
    );
    // A queued request holds no credits to pay a job with (the ledger was restored from a backup).
  } else if (!delivery || record.status === 'waiting') {
    await release();
  }
  const resolved = await ledger.request(accountId, requestId);
  return resolved?.status === 'committed' ? 'committed' : 'released';
}

/** The output to charge for; undefined if there is none, or none with a URL and a price. */
async function deliveryOf(
  ledger: Ledger,
  { kind, catalogVersion, ...record }: RequestRecord,
  raw: unknown,
) {
  const outcome = generationOutcome.safeParse(raw).data;
  if (outcome?.state !== 'succeeded' || kind === null || catalogVersion === null) return undefined;
  const quote = pinQuote({ kind, ...askedOf(record) }, await ledger.catalogVersion(catalogVersion));
  const { outputUrl, durationMs } = outcome;
  return isChargeable(quote, durationMs)
    ? { credits: chargeFor(quote, durationMs), outputUrl }
    : undefined;
}
