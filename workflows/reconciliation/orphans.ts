import { ActivityFailure } from '@temporalio/workflow';
import {
  type DueOrphan,
  type Orphan,
  type RequestKey,
  reconciliation,
  type SettledOrphan,
  settleOrphan,
} from '../proxies/reconciliation-proxy';
import { type Pass, releaseLimit } from './pass';

/**
 * Orphans that are settled at the same time. A job whose provider doesn't answer takes its whole
 * time-out, and must not delay those behind it.
 */
export const AT_ONCE = 20;
/** So many orphans of a kind in a row that were not settled mean that its provider is away. */
const AWAY_AFTER = 10;

/** Commits the orphan if its job succeeded, else releases it. */
export async function resolveOrphan(orphan: Orphan): Promise<SettledOrphan> {
  const { accountId, requestId } = orphan;
  try {
    const outcome = await settleOrphan(orphan);
    return await reconciliation.resolveOrphan({ accountId, requestId, outcome });
  } catch (error) {
    if (error instanceof ActivityFailure) return 'unsettled';
    throw error;
  }
}

/**
 * Settles several orphans at a time, and releases each as soon as it is settled. Once the provider
 * of a kind is taken to be away, the rest of the kind is left to the next pass. No turn begins once
 * `isLong` says so.
 */
export async function resolveOrphans(pass: Pass, isLong: () => boolean): Promise<void> {
  const { report, orphans: progress } = pass;
  const inARow = progress.unsettledInARow;
  const queue = new TakenOrphans(pass, isLong);
  const lane = async () => {
    for (let orphan = await queue.next(); orphan; orphan = await queue.next()) {
      const { kind } = orphan;
      const isAway = (inARow[kind] ?? 0) >= AWAY_AFTER;
      const state = isAway ? 'unsettled' : await resolveOrphan(orphan);
      report[state] += 1;
      if (isAway) continue;
      inARow[kind] = state === 'unsettled' ? (inARow[kind] ?? 0) + 1 : 0;
      if (state === 'unsettled') await noteUnsettled(orphan);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, lane));
}

/** A note that can't be written costs the others their turn once. */
async function noteUnsettled({ accountId, requestId }: RequestKey): Promise<void> {
  await reconciliation.noteUnsettled({ accountId, requestId }).catch((error) => {
    if (!(error instanceof ActivityFailure)) throw error;
  });
}

/** The orphans of the pass, one after the other, taken from the ledger page by page. */
class TakenOrphans {
  readonly #pass: Pass;
  readonly #isLong: () => boolean;
  #taking: Promise<void> | undefined;

  constructor(pass: Pass, isLong: () => boolean) {
    this.#pass = pass;
    this.#isLong = isLong;
  }

  async next(): Promise<DueOrphan | undefined> {
    const { orphans } = this.#pass;
    for (;;) {
      if (this.#isLong()) return undefined;
      const orphan = orphans.taken.shift();
      if (orphan || orphans.isLast) return orphan;
      this.#taking ??= this.#take();
      await this.#taking;
      this.#taking = undefined;
    }
  }

  /** What is beyond the pass's limit by now is left to the next pass, which judges again. */
  async #take(): Promise<void> {
    const { scope, confirm, passId, report, orphans: progress } = this.#pass;
    const { orphans, isLast } = await reconciliation.takeOrphans({ dueBy: scope.dueBy, passId });
    const room = confirm ? orphans.length : Math.max(0, releaseLimit(scope) - report.orphans);
    progress.taken.push(...orphans.slice(0, room));
    progress.isLast = isLast;
    report.orphans += orphans.length;
    report.unsettled += Math.max(0, orphans.length - room);
  }
}
