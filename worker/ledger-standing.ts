import type { Client } from '@temporalio/client';
import { asActivity } from '../activities/support/as-activity';
import { tellWatermark, toldWatermark } from '../client/watermark';
import { expectNotRestored, type Watermark } from '../contract/watermark';
import type { Ledger } from '../ledger/ledger';

/**
 * Whether the ledger is the one that Temporal was told of last, or was restored from a copy. Both
 * methods throw a HoldfastError LEDGER_RESTORED until an operator has opened it, and Temporal's own
 * errors.
 */
export interface LedgerStanding {
  expectOpen(): Promise<void>;
  /** The same, and tells Temporal how far the ledger has come. */
  keep(): Promise<void>;
}

export function createLedgerStanding(
  temporal: Client,
  { restores }: Pick<Ledger, 'restores'>,
): LedgerStanding {
  /** What is to be told again: the record was made anew, or forgets what is long ago. */
  async function untold(): Promise<Watermark | null> {
    const own = await restores.watermark();
    if (own === null) return null;
    const told = await toldWatermark(temporal);
    expectNotRestored(own, told);
    return told === null && own.mark > 0 ? own : null;
  }
  return {
    expectOpen: async () => void (await untold()),
    async keep() {
      const unheard = await untold();
      const reached = (await restores.advance()) ?? unheard;
      if (reached !== null) await tellWatermark(temporal, reached);
    },
  };
}

/** The activities, of which those named do nothing while the ledger is closed: they are retried. */
export function whileOpen<Activities extends object>(
  activities: Activities,
  names: (keyof Activities)[],
  { expectOpen }: Pick<LedgerStanding, 'expectOpen'>,
): Activities {
  type Activity = (...inputs: unknown[]) => Promise<unknown>;
  const guarded = names.map((name) => {
    const run = activities[name] as Activity;
    const open = asActivity(expectOpen);
    return [name, (...inputs: unknown[]) => open().then(() => run(...inputs))];
  });
  return { ...activities, ...Object.fromEntries(guarded) };
}
