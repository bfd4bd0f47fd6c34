import type { ReconciliationReport, UpkeepReport } from '../../contract/reconciliation';
import type { DueOrphan, HoldsPage, PassScope, UpkeepInput } from '../proxies/reconciliation-proxy';

/** How far a pass has come. A run that has become long hands it to the next one. */
export interface Pass {
  scope: PassScope;
  /** An operator has confirmed that any number may be released. */
  confirm: boolean;
  /** Names the pass in the ledger. */
  passId: string;
  /** After how many seconds the Schedule made this pass, if it told. */
  previousSeconds?: number;
  report: ReconciliationReport;
  upkeep: UpkeepProgress;
  holds: { after: HoldsPage['next']; isDone: boolean; orphans: number };
  orphans: OrphansProgress;
}

export interface UpkeepProgress {
  report: UpkeepReport;
  /** The part that comes next, and where in it. */
  part: number;
  after: UpkeepInput<unknown>['after'];
}

export interface OrphansProgress {
  /** Orphans that were taken, and have not had their turn. */
  taken: DueOrphan[];
  isLast: boolean;
  /** By kind: how many orphans in a row whose end could not be found out. */
  unsettledInARow: Record<string, number>;
}

/**
 * A pass is suspicious if it would release more than this share of the open reservations, and more
 * than the floor.
 */
const SUSPICIOUS_SHARE = 0.05;
const SUSPICIOUS_FLOOR = 20;

/** How many orphans a pass may release without an operator's word. */
export function releaseLimit({ open }: PassScope): number {
  return Math.max(SUSPICIOUS_FLOOR, Math.floor(open * SUSPICIOUS_SHARE));
}

export function beginOfPass(scope: PassScope, confirm: boolean, passId: string): Pass {
  return {
    scope,
    confirm,
    passId,
    report: emptyReport(scope),
    upkeep: { report: { ...emptyUpkeep(), accountsAttended: 0 }, part: 0, after: null },
    holds: { after: null, isDone: false, orphans: 0 },
    orphans: { taken: [], isLast: false, unsettledInARow: {} },
  };
}

export function emptyUpkeep(): UpkeepReport {
  return {
    ...{ cyclesGranted: 0, termsExpired: 0, endedGrantsBooked: 0 },
    ...{ purchasesRestarted: 0, subscriptionsRestarted: 0, left: 0 },
  };
}

export function emptyReport({ open }: PassScope): ReconciliationReport {
  return {
    ...{ status: 'done', open, extended: 0, missing: 0, unclear: 0 },
    ...{ orphans: 0, released: 0, committed: 0, unsettled: 0 },
  };
}
