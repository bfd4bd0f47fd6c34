import { continueAsNew, patched, sleep, workflowInfo } from '@temporalio/workflow';
import type { ActWords } from '../../contract/act';
import type { PassPace, ReconciliationReport } from '../../contract/reconciliation';
import { mismatchInWords } from '../../contract/temporal-identity';
import { nextPassSeconds } from '../../domain/next-pass';
import { checkDepth } from '../checked-input';
import { showDetails } from '../current-details';
import { type PassScope, reconciliation } from '../proxies/reconciliation-proxy';
import { isRunLong } from '../run-length';
import { isContinued } from '../versioning';
import { resolveOrphans } from './orphans';
import { beginOfPass, emptyReport, type Pass, releaseLimit } from './pass';
import { runUnpagedPass } from './unpaged-pass';
import { runUpkeep, UPKEEP_PARTS, upkeepInWords } from './upkeep-pages';

/** Why a pass is confirmed, and by whom, is kept as an act. */
export interface ReconciliationInput extends ActWords {
  /** Releases any number of orphans. */
  confirm?: boolean;
  /** Of a pass that the Schedule starts, where its interval grows while nothing is due. */
  pace?: PassPace;
  /** How far the run before this one has come; of a run that continues none, it is ignored. */
  pass?: Pass;
}

/** A run that is longer, in events or in time, continues as a new one: a run may take 10 minutes. */
const EVENTS_MAX = 400;
const RUN_MS_MAX = 5 * 60_000;

/**
 * Finds open reservations whose workflow has ended, and commits or releases them by ordinary
 * operations (docs/rules.md, Hold life). A reservation never ends under a running workflow:
 * Temporal must say that it is closed, or not find it in two passes in a row.
 */
export async function reconciliationWorkflow(
  input?: ReconciliationInput | null,
): Promise<ReconciliationReport> {
  checkDepth(input);
  const pass = isContinued() ? input?.pass : undefined;
  const lastResult = workflowInfo().lastResult as ReconciliationReport | undefined;
  const previousSeconds = pass ? pass.previousSeconds : lastResult?.nextPassSeconds;
  const progress = pass ? await runPass(pass) : await makePass(input);
  if ('report' in progress)
    return continueAsNew<typeof reconciliationWorkflow>({
      ...(input?.pace && { pace: input.pace }),
      pass: { ...progress, previousSeconds },
    });
  return input?.pace ? holdNextPassUp(progress, input.pace, previousSeconds) : progress;
}

/**
 * Stays open until the next pass may come: the Schedule starts none beside it. A Schedule that
 * skips does nothing that Temporal Cloud counts.
 */
async function holdNextPassUp(
  report: ReconciliationReport,
  pace: PassPace,
  previousSeconds: number | undefined,
): Promise<ReconciliationReport> {
  const seconds = nextPassSeconds(pace, report, previousSeconds);
  const idleSeconds = seconds - pace.everySeconds;
  if (idleSeconds > 0) await sleep(`${idleSeconds}s`);
  return { ...report, nextPassSeconds: seconds };
}

async function makePass(input?: ReconciliationInput | null): Promise<ReconciliationReport | Pass> {
  const confirm = input?.confirm === true;
  const scope = await (confirm
    ? reconciliation.beginPass({ reason: input.reason, by: input.by })
    : reconciliation.beginPass());
  if (scope.mismatch) return stopForMismatch(scope, scope.mismatch);
  // Passes that began before a pass had several runs end in one.
  if (patched('pages')) return runPass(beginOfPass(scope, confirm, workflowInfo().runId));
  const { report, isWithinLimit } = await runUnpagedPass(scope, confirm);
  return isWithinLimit ? finish(scope, report) : stopAtLimit(scope, report);
}

/**
 * Goes on with the pass from where it stands. All due holds are looked at before the first is
 * released, because their number tells whether Temporal has lost its memory. Then each is asked
 * about again when it is its turn, so that no run has to remember them. The pass itself: its run has
 * become long, and another one goes on with it.
 */
async function runPass(pass: Pass): Promise<ReconciliationReport | Pass> {
  const { scope, confirm, report, upkeep, holds, orphans } = pass;
  const parts = patched('billing-events') ? UPKEEP_PARTS.all : UPKEEP_PARTS.beforeBillingEvents;
  await runUpkeep(scope.dueBy, upkeep, parts, isLong);
  report.upkeep = upkeep.report;
  if (upkeep.part >= parts) await inspectHolds(pass);
  if (!holds.isDone) return pass;
  if (holds.orphans > releaseLimit(scope) && !confirm)
    return stopAtLimit(scope, { ...report, orphans: holds.orphans });
  if (holds.orphans > 0) await resolveOrphans(pass, isLong);
  const isDone = holds.orphans === 0 || (orphans.isLast && orphans.taken.length === 0);
  return isDone ? finish(scope, report) : pass;
}

/** Extends the holds whose workflow runs, and counts the orphans. */
async function inspectHolds({ scope, passId, report, holds }: Pass): Promise<void> {
  while (!holds.isDone && !isLong()) {
    const { dueBy } = scope;
    const { after } = holds;
    const page = await reconciliation.inspectHolds({ dueBy, after, passId, countOnly: true });
    report.extended += page.extended;
    report.missing += page.missing;
    report.unclear += page.unclear;
    holds.orphans += page.orphanCount;
    holds.after = page.next;
    holds.isDone = page.next === null;
  }
}

function isLong(): boolean {
  return isRunLong(EVENTS_MAX) || Date.now() - workflowInfo().runStartTime.getTime() > RUN_MS_MAX;
}

function finish(scope: PassScope, report: ReconciliationReport): ReconciliationReport {
  showDetails(
    `${scope.open} reservations are open. ${report.extended} due ones extended; of ${report.orphans} orphans ` +
      `${report.released} released, ${report.committed} committed, ${report.unsettled} left for the next pass.`,
    ...(report.upkeep ? [upkeepInWords(report.upkeep)] : []),
  );
  return report;
}

function stopForMismatch(
  scope: PassScope,
  { recorded, seen }: NonNullable<PassScope['mismatch']>,
): ReconciliationReport {
  const message = `${mismatchInWords(recorded, seen)} Nothing was changed.`;
  return stop(emptyReport(scope), 'TEMPORAL_IDENTITY_MISMATCH', message);
}

function stopAtLimit(scope: PassScope, report: ReconciliationReport): ReconciliationReport {
  const message = `${report.orphans} of ${scope.open} open reservations would be released, more than ${releaseLimit(scope)}. Nothing was; look, then run \`holdfast reconcile --confirm\`.`;
  return stop(report, 'RECONCILIATION_LIMIT', message);
}

function stop(
  report: ReconciliationReport,
  reason: ReconciliationReport['reason'],
  message: string,
): ReconciliationReport {
  showDetails(`**Stopped: ${reason}.** ${message}`);
  return { ...report, status: 'stopped', reason, message };
}
