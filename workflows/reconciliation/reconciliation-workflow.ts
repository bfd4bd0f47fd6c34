import { ActivityFailure, patched, sleep, workflowInfo } from '@temporalio/workflow';
import type { ActWords } from '../../contract/act';
import type { ReconciliationReport } from '../../contract/reconciliation';
import { mismatchInWords } from '../../contract/temporal-identity';
import { nextPassSeconds, type PassPace } from '../../domain/next-pass';
import { checkDepth } from '../checked-input';
import { showDetails } from '../current-details';
import {
  type InspectedPage,
  type PassScope,
  type RequestKey,
  reconciliation,
  type SettledOrphan,
  settleOrphan,
} from '../proxies/reconciliation-proxy';
import { runUpkeep, upkeepInWords } from './upkeep-pages';

/** Why a pass is confirmed, and by whom, is kept as an act. */
export interface ReconciliationInput extends ActWords {
  /** Releases any number of orphans. */
  confirm?: boolean;
  /** Of a pass that the Schedule starts, where its interval grows while nothing is due. */
  pace?: PassPace;
}

/**
 * A pass is suspicious if it would release more than this share of the open reservations, and more
 * than the floor.
 */
const SUSPICIOUS_SHARE = 0.05;
const SUSPICIOUS_FLOOR = 20;
/**
 * Orphans that are settled at the same time. A job whose provider doesn't answer takes its whole
 * time-out, and must not delay all those behind it.
 */
const AT_ONCE = 20;

/**
 * Finds open reservations whose workflow has ended, and commits or releases them by ordinary
 * operations (docs/rules.md, Hold life). A reservation never ends under a running workflow:
 * Temporal must say that it is closed, or not find it in two passes in a row.
 */
export async function reconciliationWorkflow(
  input?: ReconciliationInput | null,
): Promise<ReconciliationReport> {
  checkDepth(input);
  const report = await makePass(input);
  return input?.pace ? holdNextPassUp(report, input.pace) : report;
}

/**
 * Stays open until the next pass may come: the Schedule starts none beside it. A Schedule that
 * skips does nothing that Temporal Cloud counts.
 */
async function holdNextPassUp(
  report: ReconciliationReport,
  pace: PassPace,
): Promise<ReconciliationReport> {
  const previous = workflowInfo().lastResult as ReconciliationReport | undefined;
  const seconds = nextPassSeconds(pace, report, previous?.nextPassSeconds);
  const idleSeconds = seconds - pace.everySeconds;
  if (idleSeconds > 0) await sleep(`${idleSeconds}s`);
  return { ...report, nextPassSeconds: seconds };
}

async function makePass(input?: ReconciliationInput | null): Promise<ReconciliationReport> {
  const confirm = input?.confirm === true;
  const scope = await (confirm
    ? reconciliation.beginPass({ reason: input.reason, by: input.by })
    : reconciliation.beginPass());
  const report = emptyReport(scope);
  if (scope.mismatch) {
    const { recorded, seen } = scope.mismatch;
    return stop(
      report,
      'TEMPORAL_IDENTITY_MISMATCH',
      `${mismatchInWords(recorded, seen)} Nothing was changed.`,
    );
  }

  // Passes of version 0.1 that began before upkeep existed end without it.
  if (patched('upkeep')) report.upkeep = await runUpkeep(scope.dueBy);
  const orphans = await inspectAll(scope, report);
  const limit = Math.max(SUSPICIOUS_FLOOR, Math.floor(scope.open * SUSPICIOUS_SHARE));
  if (orphans.length > limit && !confirm) {
    const message = `${orphans.length} of ${scope.open} open reservations would be released, more than ${limit}. Nothing was; look, then run \`holdfast reconcile --confirm\`.`;
    return stop(report, 'RECONCILIATION_LIMIT', message);
  }
  for (let first = 0; first < orphans.length; first += AT_ONCE) {
    const settled = await Promise.all(orphans.slice(first, first + AT_ONCE).map(resolve));
    for (const state of settled) report[state] += 1;
  }
  showDetails(
    `${scope.open} reservations are open. ${report.extended} due ones extended; of ${orphans.length} orphans ` +
      `${report.released} released, ${report.committed} committed, ${report.unsettled} left for the next pass.`,
    ...(report.upkeep ? [upkeepInWords(report.upkeep)] : []),
  );
  return report;
}

async function inspectAll(scope: PassScope, report: ReconciliationReport): Promise<RequestKey[]> {
  const orphans: RequestKey[] = [];
  let after: InspectedPage['next'] = null;
  do {
    const page: InspectedPage = await reconciliation.inspectHolds({
      dueBy: scope.dueBy,
      after,
      passId: workflowInfo().runId,
    });
    report.extended += page.extended;
    report.missing += page.missing;
    report.unclear += page.unclear;
    orphans.push(...page.orphans);
    after = page.next;
  } while (after);
  report.orphans = orphans.length;
  return orphans;
}

async function resolve(orphan: RequestKey): Promise<SettledOrphan> {
  try {
    const outcome = await settleOrphan(orphan);
    return await reconciliation.resolveOrphan({ ...orphan, outcome });
  } catch (error) {
    if (error instanceof ActivityFailure) return 'unsettled';
    throw error;
  }
}

function stop(
  report: ReconciliationReport,
  reason: ReconciliationReport['reason'],
  message: string,
): ReconciliationReport {
  showDetails(`**Stopped: ${reason}.** ${message}`);
  return { ...report, status: 'stopped', reason, message };
}

function emptyReport({ open }: PassScope): ReconciliationReport {
  const nothing = {
    extended: 0,
    missing: 0,
    unclear: 0,
    orphans: 0,
    released: 0,
    committed: 0,
    unsettled: 0,
  };
  return { status: 'done', open, ...nothing };
}
