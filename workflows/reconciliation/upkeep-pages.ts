import { ActivityFailure } from '@temporalio/workflow';
import type { UpkeepReport } from '../../contract/reconciliation';
import { type UpkeepInput, type UpkeepPage, upkeep } from '../proxies/reconciliation-proxy';
import type { UpkeepProgress } from './pass';

interface Part {
  name: Exclude<keyof UpkeepReport, 'left'>;
  page: (input: UpkeepInput<unknown>) => Promise<UpkeepPage<unknown>>;
}

/** The ledger's parts come first: they need no answer of Temporal. */
const PARTS = [
  { name: 'cyclesGranted', page: upkeep.grantDueCycles },
  { name: 'termsExpired', page: upkeep.bookDueExpiries },
  { name: 'endedGrantsBooked', page: upkeep.bookEndedGrants },
  { name: 'purchasesRestarted', page: upkeep.restartPurchases },
  { name: 'subscriptionsRestarted', page: upkeep.restartSubscriptions },
  { name: 'accountsAttended', page: upkeep.attendAccounts },
  { name: 'billingEventsRestarted', page: upkeep.restartBillingEvents },
] as Part[];

/**
 * All parts, those of passes from before billing systems could tell events, and those from before
 * requests could wait for credits.
 */
export const UPKEEP_PARTS = {
  all: PARTS.length,
  beforeBillingEvents: PARTS.length - 1,
  beforeWaiting: PARTS.length - 2,
};

/**
 * Runs the parts of upkeep up to `end`, page by page. A part that fails does not stop the others.
 * `isLong`: ends it before the next page; it goes on from where it came to.
 */
export async function runUpkeep(
  dueBy: string,
  progress: UpkeepProgress,
  end: number,
  isLong: () => boolean = () => false,
): Promise<void> {
  const { report } = progress;
  while (progress.part < end && !isLong()) {
    const { name, page } = PARTS[progress.part] as Part;
    progress.after = await page({ dueBy, after: progress.after }).then(
      ({ done, left, next }) => {
        report[name] = (report[name] ?? 0) + done;
        report.left += left;
        return next;
      },
      (error) => {
        if (!(error instanceof ActivityFailure)) throw error;
        report.left += 1;
        return null;
      },
    );
    if (progress.after === null) progress.part += 1;
  }
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
    `accounts attended: ${report.accountsAttended ?? 0}; ` +
    `billing events taken up: ${report.billingEventsRestarted ?? 0}; left: ${report.left}.`
  );
}
