import { patched, workflowInfo } from '@temporalio/workflow';
import type { ReconciliationReport } from '../../contract/reconciliation';
import {
  type HoldsPage,
  type PassScope,
  type RequestKey,
  reconciliation,
} from '../proxies/reconciliation-proxy';
import { AT_ONCE, resolveOrphan } from './orphans';
import { emptyReport, emptyUpkeep, releaseLimit } from './pass';
import { runUpkeep, UPKEEP_PARTS } from './upkeep-pages';

/**
 * A pass that began in an earlier version: in one run, with its orphans in its memory. Undefined if
 * there are more of them than it may release.
 */
export async function runUnpagedPass(scope: PassScope, confirm: boolean) {
  const report = emptyReport(scope);
  // Passes of version 0.1 that began before upkeep existed end without it.
  if (patched('upkeep')) {
    const upkeep = { report: emptyUpkeep(), part: 0, after: null };
    report.upkeep = upkeep.report;
    await runUpkeep(scope.dueBy, upkeep, UPKEEP_PARTS.beforeWaiting);
    // Passes of version 0.1 that began before requests could wait for credits end without it.
    if (patched('attend')) {
      upkeep.report.accountsAttended = 0;
      await runUpkeep(scope.dueBy, upkeep, UPKEEP_PARTS.beforeBillingEvents);
    }
  }
  const orphans = await inspectAll(scope, report);
  if (orphans.length > releaseLimit(scope) && !confirm) return { report, isWithinLimit: false };
  for (let first = 0; first < orphans.length; first += AT_ONCE) {
    const settled = await Promise.all(orphans.slice(first, first + AT_ONCE).map(resolveOrphan));
    for (const state of settled) report[state] += 1;
  }
  return { report, isWithinLimit: true };
}

async function inspectAll(scope: PassScope, report: ReconciliationReport): Promise<RequestKey[]> {
  const orphans: RequestKey[] = [];
  let after: HoldsPage['next'] = null;
  do {
    const page: HoldsPage = await reconciliation.inspectHolds({
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
