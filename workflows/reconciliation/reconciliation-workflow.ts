import { ActivityFailure, patched, workflowInfo } from '@temporalio/workflow';
import type { ReconciliationReport } from '../../contract/reconciliation';
import { mismatchInWords } from '../../contract/temporal-identity';
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

export interface ReconciliationInput {
  /** Release however many orphans there are. */
  confirm?: boolean;
}

/** A pass that would release more than this share of the open reservations, and more than the floor, is suspicious. */
const SUSPICIOUS_SHARE = 0.05;
const SUSPICIOUS_FLOOR = 20;
/** Jobs whose provider doesn't answer take their whole time-out, and must not use up the pass for those behind them. */
const AT_ONCE = 20;

/**
 * Finds open reservations whose workflow has ended, and puts them right by ordinary operations. A reservation never
 * runs out under a running workflow: only Temporal's own word that it is closed, or twice in a row not there, counts.
 */
export async function reconciliationWorkflow(
  input?: ReconciliationInput | null,
): Promise<ReconciliationReport> {
  checkDepth(input);
  const confirm = input?.confirm === true;
  const scope = await reconciliation.beginPass();
  const report = emptyReport(scope);
  if (scope.mismatch) {
    const { recorded, seen } = scope.mismatch;
    return stop(
      report,
      'TEMPORAL_IDENTITY_MISMATCH',
      `${mismatchInWords(recorded, seen)} Nothing was changed.`,
    );
  }

  // Of 0.1: passes that began before there were subscriptions end as they began.
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
