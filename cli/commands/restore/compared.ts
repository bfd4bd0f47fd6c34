import type { Command } from 'commander';
import { parseField } from '../../../contract/parse';
import { type RestoreComparison, sinceTime } from '../../../contract/restore';
import { isRestored, type Watermark } from '../../../contract/watermark';
import type { Connections } from '../../connections';
import type { Screen } from '../../terminal/screen';
import { counted } from '../../words';
import { checkIdentity } from '../operate/audit';

export interface SinceOption {
  since?: string;
}

export function addSince(command: Command): Command {
  return command.option(
    '--since <time>',
    'runs that have ended since, ISO 8601; by default since the ledger’s own last mark',
    (text: string) => parseField(sinceTime, text, '--since'),
  );
}

/**
 * Compares the ledger with Temporal, and tells on a terminal how far it is.
 *
 * @throws HoldfastError TEMPORAL_UNAVAILABLE, TEMPORAL_IDENTITY_MISMATCH, LEDGER_UNAVAILABLE
 */
export async function comparedWith(
  connections: Connections,
  screen: Screen,
  { since, workflowId }: SinceOption & { workflowId?: string },
): Promise<RestoreComparison> {
  const { own, told } = await watermarksOf(connections);
  const from = workflowId === undefined ? (since ?? own?.at ?? undefined) : undefined;
  const onProgress = (looked: number) => {
    if (screen.progressStream) screen.note(`Looked at ${counted(looked, 'run', 'runs')}.`);
  };
  const compared = await connections.compare({ since: from, workflowId, onProgress });
  return {
    restored: isRestored(own, told),
    ...{ ledger: own, temporal: told, since: from ?? null },
    ...compared,
  };
}

/**
 * How far the ledger has come, and how far Temporal was told that it has.
 *
 * @throws HoldfastError as {@link comparedWith}
 */
export async function watermarksOf(
  connections: Connections,
): Promise<{ own: Watermark | null; told: Watermark | null }> {
  const ledger = connections.ledger();
  await checkIdentity(await connections.client(), ledger);
  return { own: await ledger.restores.watermark(), told: await connections.toldWatermark() };
}
