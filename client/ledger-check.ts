import type { Client } from '@temporalio/client';
import { expectSameLedger } from '../contract/ledger-identity';
import type { LedgerReader } from '../contract/ledger-reader';
import { expectSameTemporal, identityOf } from '../contract/temporal-identity';
import { translateTemporalError } from './errors';
import { recordLedger } from './ledger-record';

/** What the check asks of a ledger. */
type IdentifiedLedger = Pick<
  LedgerReader,
  'ledgerId' | 'recordedTemporalIdentity' | 'temporalIdentity'
>;

/**
 * Checks that the client's namespace belongs to the ledger, and the ledger to the namespace. Each
 * records the other on first use. Nothing is recorded on one side that the other refuses: a ledger
 * that has a namespace takes no second one, and is not bound to one that another ledger has.
 *
 * Returns the ledger's id. Throws Temporal's own errors.
 *
 * @throws HoldfastError LEDGER_MISMATCH, TEMPORAL_IDENTITY_MISMATCH, LEDGER_UNAVAILABLE,
 *   LEDGER_NOT_MIGRATED
 */
async function checkLedger(
  temporal: Client,
  ledger: IdentifiedLedger,
  taskQueue: string,
): Promise<string> {
  const { namespace } = temporal.options;
  const [ledgerId, recorded, seen] = await Promise.all([
    ledger.ledgerId(),
    ledger.recordedTemporalIdentity(),
    identityOf(temporal.connection, namespace),
  ]);
  if (recorded !== null) expectSameTemporal(recorded, seen);
  expectSameLedger(await recordLedger(temporal, ledgerId, taskQueue), ledgerId, namespace);
  if (recorded === null) expectSameTemporal(await ledger.temporalIdentity(seen), seen);
  return ledgerId;
}

/** How long a check holds. An operator may give the namespace to another ledger meanwhile. */
const CHECK_HOLDS_MS = 30_000;

/**
 * The check of one client. Both methods do nothing if the client has no ledger, and throw
 * HoldfastErrors alone: those of {@link checkLedger}, and TEMPORAL_UNAVAILABLE.
 */
export interface LedgerCheck {
  /** Checks, unless a check still holds. */
  ensure(): Promise<void>;
  /** Checks now. After a failure no earlier check holds. */
  now(): Promise<void>;
}

/** Makes a client's check. Once it has passed, it asks Temporal alone. */
export function createLedgerCheck(
  temporal: Client,
  ledger: IdentifiedLedger | undefined,
  taskQueue: string,
): LedgerCheck {
  let ledgerId: string | undefined;
  let passedAtMs = Number.NEGATIVE_INFINITY;

  async function check(): Promise<void> {
    if (ledger === undefined) return;
    if (ledgerId === undefined) {
      ledgerId = await checkLedger(temporal, ledger, taskQueue);
      return;
    }
    const recorded = await recordLedger(temporal, ledgerId, taskQueue);
    expectSameLedger(recorded, ledgerId, temporal.options.namespace);
  }

  async function now(): Promise<void> {
    passedAtMs = Number.NEGATIVE_INFINITY;
    try {
      await check();
    } catch (error) {
      throw translateTemporalError(error);
    }
    passedAtMs = performance.now();
  }

  return {
    now,
    async ensure() {
      if (performance.now() - passedAtMs > CHECK_HOLDS_MS) await now();
    },
  };
}
