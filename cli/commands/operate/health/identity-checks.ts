import type { HoldfastClient } from '../../../../client/client';
import { namespaceOf } from '../../../../config/temporal';
import { ledgerMismatchInWords } from '../../../../contract/ledger-identity';
import type { HealthCheck } from '../../../../contract/operation';
import { isSameTemporal, mismatchInWords } from '../../../../contract/temporal-identity';
import { isRestored, restoredInWords, type Watermark } from '../../../../contract/watermark';
import type { Connections } from '../../../connections';
import { unlessAway } from './finding';

const SAME =
  'Point DATABASE_URL and TEMPORAL_… at the same installation; see docs/how-to/runbook.md.';

/** Empty if the ledger can't be asked, which has a finding of its own. */
export async function identityFindings(
  client: HoldfastClient,
  connections: Connections,
): Promise<HealthCheck[]> {
  const seen = await client.operations.identity();
  const recorded = await unlessAway(() => connections.ledger().recordedTemporalIdentity());
  if (recorded === undefined) return [];
  const name = 'temporal-identity';
  if (recorded === null) return [{ name, ok: true, detail: 'no process has recorded it yet' }];
  if (isSameTemporal(recorded, seen)) {
    return [
      {
        name,
        ok: true,
        detail: `namespace ${seen.namespace} is the one that the ledger belongs to`,
      },
    ];
  }
  return [{ name, ok: false, detail: mismatchInWords(recorded, seen), fix: SAME }];
}

/** Whose namespace this is. Empty if the ledger can't be asked. */
export async function ledgerFindings(
  client: HoldfastClient,
  connections: Connections,
): Promise<HealthCheck[]> {
  const recorded = await client.operations.recordedLedger();
  const own = await unlessAway(() => connections.ledger().ledgerId());
  if (own === undefined) return [];
  const namespace = namespaceOf(connections.config.temporal);
  const name = 'ledger-identity';
  if (recorded === null)
    return [{ name, ok: true, detail: `namespace ${namespace} records no ledger yet` }];
  if (recorded === own) {
    const detail = `namespace ${namespace} belongs to this ledger, ${own}`;
    return [{ name, ok: true, detail }, ...(await watermarkFindings(connections))];
  }
  return [{ name, ok: false, detail: ledgerMismatchInWords(recorded, own, namespace), fix: SAME }];
}

/** Whether the ledger was restored from a copy. Empty if it keeps no watermark, or can't be asked. */
async function watermarkFindings(connections: Connections): Promise<HealthCheck[]> {
  const own = await unlessAway(() => connections.ledger().restores.watermark());
  if (!own) return [];
  const told = await connections.toldWatermark();
  const name = 'ledger-watermark';
  if (isRestored(own, told)) {
    const detail = restoredInWords(own, told as Watermark);
    return [
      { name, ok: false, detail, fix: 'holdfast restore compare; see docs/how-to/restore.md' },
    ];
  }
  const known =
    told === null ? 'Temporal was told no mark yet' : `Temporal knows mark ${told.mark}`;
  return [{ name, ok: true, detail: `the ledger is at mark ${own.mark}, and ${known}` }];
}
