import type { Meter } from '@opentelemetry/api';
import type { Info } from '@temporalio/activity';
import type { ActivityInterceptorsFactory } from '@temporalio/worker';
import type { HoldsPage } from '../activities/due-holds';
import type { AdmitOutcome } from '../activities/generation/admission';
import type { AdmissionWindow } from '../activities/support/temporal-time';
import type { UpkeepPage } from '../activities/upkeep-activities';
import { ADMIT_WITHIN_SECONDS } from '../contract/command';
import type { StartedRequest } from '../contract/generation';
import type { Notice } from '../contract/notice';
import { secondsHistogram, WAIT_SECONDS } from './metrics';

type Measure = (result: unknown, args: unknown[], info: Info) => void;

/** Measures by activities' inputs and results what no single call of the ledger knows. */
export function measureActivities(meter: Meter): ActivityInterceptorsFactory {
  const measures: Record<string, Measure> = {
    ...admissionMeasures(meter),
    ...noticeMeasures(meter),
    ...reconciliationMeasures(meter),
    ...upkeepMeasures(meter),
  };
  return ({ info }) => ({
    inbound: {
      async execute(input, next) {
        const result = await next(input);
        measures[info.activityType]?.(result, input.args, info);
        return result;
      },
    },
  });
}

function admissionMeasures(meter: Meter): Record<string, Measure> {
  const seconds = secondsHistogram(
    meter,
    'holdfast_admission_seconds',
    'From the start of a generation’s workflow to the ledger’s answer to it.',
    WAIT_SECONDS,
  );
  return {
    admit: (result, args, info) => {
      const { status } = result as AdmitOutcome;
      const [request, window] = args as [StartedRequest, AdmissionWindow?];
      // A workflow of an earlier version doesn't say when it began; a repetition decides nothing.
      if (window === undefined || status === 'known' || status === 'invalid') return;
      const outcome = status === 'rejected' ? 'refused' : status;
      seconds.record(secondsSinceStart(request, window, info), { outcome });
    },
  };
}

/**
 * By Temporal's clock up to the workflow's task, and for a local attempt by this machine's from
 * there.
 */
function secondsSinceStart(
  { admitWithinSeconds = ADMIT_WITHIN_SECONDS }: StartedRequest,
  { at, notAfter }: AdmissionWindow,
  { isLocal, scheduledTimestampMs }: Info,
): number {
  const startedMs = Date.parse(notAfter) - admitWithinSeconds * 1000;
  const sinceMs = isLocal
    ? Date.parse(at) - startedMs + Date.now() - scheduledTimestampMs
    : Date.now() - startedMs;
  return Math.max(0, sinceMs / 1000);
}

function noticeMeasures(meter: Meter): Record<string, Measure> {
  const seconds = secondsHistogram(
    meter,
    'holdfast_notice_seconds',
    'From the writing of a notice to its delivery.',
    WAIT_SECONDS,
  );
  return {
    deliverNotice: (_, [notice]) => {
      const sinceMs = Date.now() - Date.parse((notice as Notice).at);
      seconds.record(Math.max(0, sinceMs / 1000));
    },
  };
}

function reconciliationMeasures(meter: Meter): Record<string, Measure> {
  const findings = meter.createCounter('holdfast_reconciliation_findings_total', {
    description: 'What passes of reconciliation have found of due holds, and done about orphans.',
  });
  const begun = meter.createGauge('holdfast_reconciliation_begun_timestamp_seconds', {
    description: 'When the last pass began that this process has served, in seconds since 1970.',
    unit: 's',
  });
  const find = (finding: string, count: number) => count > 0 && findings.add(count, { finding });
  return {
    beginPass: (result) => {
      if ((result as { mismatch?: unknown }).mismatch) find('mismatch', 1);
      begun.record(Date.now() / 1000);
    },
    inspectHolds: (result) => {
      const { extended, missing, unclear, orphanCount } = result as HoldsPage;
      find('extended', extended);
      find('missing', missing);
      find('unclear', unclear);
      find('orphan', orphanCount);
    },
    resolveOrphan: (result) => find(String(result), 1),
    noteUnsettled: () => find('unsettled', 1),
  };
}

function upkeepMeasures(meter: Meter): Record<string, Measure> {
  const rows = meter.createCounter('holdfast_upkeep_total', {
    description: 'What reconciliation has put right, or left to the next pass.',
  });
  const countIn =
    (part: string): Measure =>
    (result) => {
      const { done, left } = result as UpkeepPage;
      if (done > 0) rows.add(done, { part, result: 'done' });
      if (left > 0) rows.add(left, { part, result: 'left' });
    };
  return {
    grantDueCycles: countIn('cycle'),
    bookDueExpiries: countIn('expiry'),
    bookEndedGrants: countIn('ended-grant'),
    restartPurchases: countIn('purchase'),
    restartSubscriptions: countIn('subscription'),
    attendAccounts: countIn('account'),
  };
}
