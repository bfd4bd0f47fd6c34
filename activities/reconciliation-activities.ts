import { Context } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import { type ActWords, parseActWords } from '../contract/act';
import type { RequestRecord } from '../contract/generation';
import { type GenerationOutcome, generationOutcome } from '../contract/generation-job';
import { identityOf, isSameTemporal, type TemporalIdentity } from '../contract/temporal-identity';
import { RELEASE_REASONS } from '../domain/generation/generation-result';
import { chargeFor, isChargeable, pinQuote } from '../domain/pricing/quote';
import { askedOf } from '../domain/pricing/unit-price';
import type { Ledger } from '../ledger/ledger';
import {
  type DueHoldsContext,
  type HoldsInput,
  type HoldsPage,
  inspectDueHolds,
  type OrphansPage,
  type RequestKey,
  type TakeInput,
  takeDueOrphans,
} from './due-holds';
import { asActivity } from './support/as-activity';
import { refuseUnstorable, valueOrRefusal } from './support/refusals';
import { claimedIdentity } from './support/temporal';
import { temporalText } from './support/thrown';

export interface PassScope {
  /** The ledger's time at the beginning of the pass; only what was due by then is checked. */
  dueBy: string;
  open: number;
  /** Set if this is not the Temporal that the ledger belongs to. */
  mismatch?: { recorded: TemporalIdentity; seen: TemporalIdentity };
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
  inspectHolds(input: HoldsInput): Promise<HoldsPage>;
  /**
   * Gives the next due holds their turn, and finds the orphans among them. A hold has one turn in a
   * pass, so what an attempt has lost is left to the next pass.
   */
  takeOrphans(input: TakeInput): Promise<OrphansPage>;
  /** Notes that the orphan's end could not be found out: others come first in the next pass. */
  noteUnsettled(orphan: RequestKey): Promise<void>;
  /** Commits an orphan whose job succeeded, and releases any other as `orphaned`. */
  resolveOrphan(input: OrphanInput): Promise<'committed' | 'released'>;
}

export interface ReconciliationActivitiesOptions extends DueHoldsContext {
  ledger: Ledger;
}

export function createReconciliationActivities(
  options: ReconciliationActivitiesOptions,
): ReconciliationActivities {
  const { ledger, temporal } = options;

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

    inspectHolds: asActivity((input) => inspectDueHolds(options, input)),

    takeOrphans: asActivity((input) => takeDueOrphans(options, input)),

    noteUnsettled: asActivity(({ accountId, requestId }) =>
      ledger.holds.noteUnsettled(accountId, requestId),
    ),

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
