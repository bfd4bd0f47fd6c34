import { ActivityFailure, patched } from '@temporalio/workflow';
import type { UpkeepReport } from '../../contract/reconciliation';
import { type UpkeepInput, type UpkeepPage, upkeep } from '../proxies/reconciliation-proxy';

/**
 * Runs all parts of upkeep, page by page. The ledger's parts come first: they need no answer of
 * Temporal. A part that fails does not stop the others.
 */
export async function runUpkeep(dueBy: string): Promise<UpkeepReport> {
  const report: UpkeepReport = {
    ...{ cyclesGranted: 0, termsExpired: 0, endedGrantsBooked: 0 },
    ...{ purchasesRestarted: 0, subscriptionsRestarted: 0, left: 0 },
  };
  const part = async <Cursor>(
    name: Exclude<keyof UpkeepReport, 'left'>,
    page: (input: UpkeepInput<Cursor>) => Promise<UpkeepPage<Cursor>>,
  ) => {
    let after: Cursor | null = null;
    try {
      do {
        const { done, left, next }: UpkeepPage<Cursor> = await page({ dueBy, after });
        report[name] = (report[name] ?? 0) + done;
        report.left += left;
        after = next;
      } while (after);
    } catch (error) {
      if (!(error instanceof ActivityFailure)) throw error;
      report.left += 1;
    }
  };
  await part('cyclesGranted', upkeep.grantDueCycles);
  await part('termsExpired', upkeep.bookDueExpiries);
  await part('endedGrantsBooked', upkeep.bookEndedGrants);
  await part('purchasesRestarted', upkeep.restartPurchases);
  await part('subscriptionsRestarted', upkeep.restartSubscriptions);
  // Passes of version 0.1 that began before requests could wait for credits end without it.
  if (patched('attend')) {
    report.accountsAttended = 0;
    await part('accountsAttended', upkeep.attendAccounts);
  }
  return report;
}

export function upkeepInWords(report: UpkeepReport): string {
  const {
    cyclesGranted,
    termsExpired,
    endedGrantsBooked,
    purchasesRestarted,
    subscriptionsRestarted,
  } = report;
  return (
    `Missed cycles granted: ${cyclesGranted}; missed expiries booked: ${termsExpired} terms, ${endedGrantsBooked} accounts; ` +
    `lost workflows started again: ${purchasesRestarted} purchases, ${subscriptionsRestarted} subscriptions; ` +
    `accounts attended: ${report.accountsAttended ?? 0}; left: ${report.left}.`
  );
}
