import type { GenerationRequest } from '../../../contract/generation';
import type { Waiting } from '../../../contract/waiting';
import { createLedger } from '../../../ledger/ledger';
import { eventually } from '../../support/eventually';
import { whileUnreachable } from '../../support/while-unreachable';
import type { Holdfast } from '../harness';

/** A generation that costs that many credits: an avatar costs one per 3 s. */
export function costing(credits: number): Pick<GenerationRequest, 'kind' | 'seconds'> {
  return { kind: 'ai-avatar', seconds: credits * 3 };
}

export function patient(
  accountId: string,
  requestId: string,
  credits: number,
  more: Partial<GenerationRequest> = {},
): GenerationRequest {
  return { accountId, requestId, ...costing(credits), onInsufficientCredits: 'wait', ...more };
}

/** Sends a request that has to wait, and fails if it is not put into the queue. */
export async function park(
  { client }: Holdfast,
  accountId: string,
  requestId: string,
  credits: number,
  more?: Partial<GenerationRequest>,
): Promise<Waiting> {
  const { status, waiting } = await client.generations.start(
    patient(accountId, requestId, credits, more),
  );
  if (status !== 'waiting' || !waiting) throw new Error(`${requestId} was ${status}.`);
  return waiting;
}

/** Waits until the run in which the request waits has asked the ledger once, and waits for a signal. */
export async function untilAtRest(
  { temporal }: Holdfast,
  accountId: string,
  requestId: string,
): Promise<void> {
  const handle = temporal.client.workflow.getHandle(`generation/${accountId}/${requestId}`);
  await eventually(async () => {
    const { raw } = await handle.describe();
    const { execution, firstRunId, historyLength } = raw.workflowExecutionInfo ?? {};
    const isContinued = execution?.runId !== firstRunId;
    return isContinued && !raw.pendingWorkflowTask && Number(historyLength) > 3;
  });
}

/** Grants credits that last for a year, and has the outbox delivery wake the queue. */
export async function give(
  { ledger }: Holdfast,
  accountId: string,
  credits: number,
  key: string,
): Promise<void> {
  const expiresAt = new Date(Date.now() + 365 * 86_400_000).toISOString();
  const body = { credits, source: 'promotion' as const, reason: 'test', by: 'test', expiresAt };
  const granted = await whileUnreachable(() => ledger.grant(accountId, key, body));
  if (!granted.ok) throw new Error(granted.refusal.message);
}

/** Grants credits from a process that dies before it sends the wake-up. */
export async function giveUnheard(
  holdfast: Holdfast,
  accountId: string,
  credits: number,
  key: string,
): Promise<void> {
  const ledger = createLedger({
    databaseUrl: holdfast.database.ledgerUrl,
    deliver: () => Promise.reject(new Error('dead')),
  });
  try {
    await give({ ...holdfast, ledger }, accountId, credits, key);
  } finally {
    await ledger.close();
  }
}

/** The ids of the waiting requests, in their order. */
export async function queueOf({ client }: Holdfast, accountId: string): Promise<string[]> {
  const { tickets } = await client.waiting(accountId);
  expect(tickets.map(({ place }) => place)).toEqual(tickets.map((_, index) => index + 1));
  return tickets.map(({ requestId }) => requestId);
}

/** The ids of the requests that were reserved for, the first one first. */
export async function servedIn({ ledger }: Holdfast, accountId: string): Promise<string[]> {
  const { entries } = await ledger.history(accountId, { limit: 1_000 });
  return entries
    .flatMap(({ type, requestId }) => (type === 'reserve' && requestId ? [requestId] : []))
    .reverse();
}

export async function entriesOf(
  { ledger }: Holdfast,
  accountId: string,
  requestId: string,
): Promise<string[]> {
  const { entries } = await ledger.history(accountId, { limit: 1_000 });
  return entries.filter((entry) => entry.requestId === requestId).map(({ type }) => type);
}

export async function untilServed(
  { ledger }: Holdfast,
  accountId: string,
  requestId: string,
): Promise<void> {
  await eventually(async () => (await ledger.request(accountId, requestId))?.reservedAt !== null);
}

/**
 * Adds a catalog version, effective at once, that differs in one place. A value of null removes
 * that place.
 */
export async function changeCatalog(
  { sql }: Holdfast,
  path: string,
  value: string | null,
): Promise<void> {
  const document =
    value === null ? 'document #- $1::text[]' : 'jsonb_set(document, $1::text[], $2::jsonb)';
  await sql(
    `INSERT INTO holdfast.catalog_versions SELECT version + 1, clock_timestamp(), ${document}
     FROM holdfast.catalog_versions ORDER BY version DESC LIMIT 1`,
    value === null ? [path] : [path, value],
  );
}
