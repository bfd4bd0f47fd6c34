import type { Client } from '@temporalio/client';
import { translateTemporalError } from '../../client/errors';
import { GRPC_STATUS, serviceErrorOf } from '../../client/grpc-status';
import { HoldfastError } from '../../contract/errors';
import type { LostOperation, Remembered, RememberedWhat } from '../../contract/restore';
import type { Ledger } from '../../ledger/ledger';
import { REMEMBERING, type Run, rememberedBy } from './remembered';

const PAGE_SIZE = 200;
/** Histories that are read at the same time. */
const BATCH_SIZE = 10;

type Listed = { workflowId: string; runId: string; type: string };

export interface Compared {
  looked: number;
  gone: number;
  /** Workflows whose payloads no known key reads. */
  unreadable: string[];
  lost: LostOperation[];
}

export interface CompareAsked {
  /** Runs that have ended since, or still run. */
  since?: string;
  /** Only the runs of this workflow. */
  workflowId?: string;
  onProgress?: (looked: number) => void;
}

/**
 * What runs remember as done and the ledger doesn't have, oldest first. Runs are listed in pages, and
 * one of which the ledger has everything is not read.
 *
 * @throws HoldfastError TEMPORAL_UNAVAILABLE, and what the ledger throws
 */
export async function compareWithTemporal(
  temporal: Client,
  ledger: Ledger,
  { since, workflowId, onProgress = () => {} }: CompareAsked,
): Promise<Compared> {
  const compared: Compared = { looked: 0, gone: 0, unreadable: [], lost: [] };
  const query = workflowId === undefined ? sinceThen(since) : `WorkflowId = "${workflowId}"`;
  try {
    for await (const page of pagesOf(temporal, query)) {
      const unsure = await notKnown(ledger, page);
      for (let first = 0; first < unsure.length; first += BATCH_SIZE) {
        const batch = unsure.slice(first, first + BATCH_SIZE);
        const found = await Promise.all(batch.map((run) => readRun(temporal, run, compared)));
        compared.lost.push(...(await lostOf(ledger, found.flat())));
      }
      compared.looked += page.length;
      onProgress(compared.looked);
    }
  } catch (error) {
    throw translateTemporalError(error);
  }
  compared.lost.sort((one, other) => Date.parse(one.at) - Date.parse(other.at));
  return compared;
}

function sinceThen(since = new Date(0).toISOString()): string {
  const types = REMEMBERING.map((type) => `"${type}"`).join(', ');
  return `WorkflowType IN (${types}) AND (CloseTime >= "${since}" OR ExecutionStatus = "Running")`;
}

async function* pagesOf(temporal: Client, query: string): AsyncGenerator<Listed[]> {
  let page: Listed[] = [];
  for await (const { workflowId, runId, type } of temporal.workflow.list({
    query,
    pageSize: PAGE_SIZE,
  })) {
    page.push({ workflowId, runId, type });
    if (page.length < PAGE_SIZE) continue;
    yield page;
    page = [];
  }
  yield page;
}

/**
 * What one workflow's id alone tells that it may have done. A subscription's tells nothing, and
 * one of settings not which.
 */
const BY_ID: Record<string, RememberedWhat> = {
  generation: 'generation',
  grant: 'grant',
  purchase: 'purchase',
};

async function notKnown(ledger: Ledger, page: Listed[]): Promise<Listed[]> {
  const named = page.flatMap((run) => {
    const [kind = '', accountId = '', id = ''] = run.workflowId.split('/');
    const what = BY_ID[kind];
    return what === undefined ? [] : [{ run, what, accountId, id }];
  });
  const standings = await ledger.restores.standings(
    named.map(({ what, accountId, id }) => ({ what, accountId, id })),
  );
  const known = new Set(
    named
      .filter((_, place) => ['known', 'ended'].includes(standings[place] ?? ''))
      .map(({ run }) => run),
  );
  return page.filter((run) => !known.has(run));
}

async function readRun(
  temporal: Client,
  { workflowId, runId, type }: Listed,
  compared: Compared,
): Promise<Remembered[]> {
  let run: Run;
  try {
    const { events } = await temporal.workflow.getHandle(workflowId, runId).fetchHistory();
    run = { workflowId, workflowType: type, events: events ?? [] };
  } catch (error) {
    if (serviceErrorOf(error)?.code !== GRPC_STATUS.NOT_FOUND) throw error;
    compared.gone += 1;
    return [];
  }
  try {
    return await rememberedBy(temporal, run);
  } catch (error) {
    if (error instanceof HoldfastError && error.code !== 'PAYLOAD_UNREADABLE') throw error;
    compared.unreadable.push(workflowId);
    return [];
  }
}

async function lostOf(ledger: Ledger, found: Remembered[]): Promise<LostOperation[]> {
  const standings = await ledger.restores.standings(
    found.map(({ what, accountId, id, said }) => ({ what, accountId, id, said })),
  );
  return found.flatMap((operation, place) => {
    const standing = standings[place];
    if (standing === undefined || standing === 'known' || standing === 'ended') return [];
    return isLost(operation, standing) ? [{ ...operation, standing }] : [];
  });
}

/** What is open goes on by its workflow, unless that has ended. */
function isLost({ what, said }: Remembered, standing: LostOperation['standing']): boolean {
  if (standing === 'lost') return true;
  return what === 'purchase' ? 'paymentId' in said : 'credits' in said;
}
