import type { Client } from '@temporalio/client';
import { defaultPayloadConverter } from '@temporalio/common';
import type { temporal as proto } from '@temporalio/proto';
import { type Watermark, watermark } from '../contract/watermark';
import { LEDGER_WORKFLOW_ID, watermarkSignal } from '../workflows/messages';
import { unlessStatus } from './grpc-status';
import { inClear } from './in-clear';

type Event = proto.api.history.v1.IHistoryEvent;

/** The record's history has a few events after each mark. */
const PAGE_SIZE = 100;
/** A run begins without a mark, and gets one within a minute. */
const RUNS_MAX = 3;

/**
 * The last watermark that the namespace was told; null if it was told none. It stands in the
 * history of the ledger's record, in clear, so neither a worker nor a codec is needed. Throws
 * Temporal's own errors.
 */
export async function toldWatermark(temporal: Client): Promise<Watermark | null> {
  let runId: string | undefined;
  for (let run = 0; run < RUNS_MAX; run += 1) {
    let before: string | null | undefined;
    for await (const events of latestFirst(temporal, runId)) {
      const told = events.flatMap((event) => signalled(event) ?? []);
      // Workers may have told each other's later marks first.
      if (told.length > 0) return told.reduce((one, next) => (next.mark > one.mark ? next : one));
      before = events.at(-1)?.workflowExecutionStartedEventAttributes?.continuedExecutionRunId;
    }
    if (!before) return null;
    runId = before;
  }
  return null;
}

async function* latestFirst(temporal: Client, runId?: string): AsyncGenerator<Event[]> {
  const { namespace } = temporal.options;
  const execution = { workflowId: LEDGER_WORKFLOW_ID, runId };
  let nextPageToken: Uint8Array | undefined;
  do {
    const asked = { namespace, execution, maximumPageSize: PAGE_SIZE, nextPageToken };
    const page = await temporal.workflowService
      .getWorkflowExecutionHistoryReverse(asked)
      .catch(unlessStatus('NOT_FOUND'));
    yield page?.history?.events ?? [];
    nextPageToken = page?.nextPageToken ?? undefined;
  } while (nextPageToken?.length);
}

/** Tells the namespace how far the ledger has come. Throws Temporal's own errors. */
export async function tellWatermark(temporal: Client, reached: Watermark): Promise<void> {
  await inClear(temporal).workflow.getHandle(LEDGER_WORKFLOW_ID).signal(watermarkSignal, reached);
}

/** What makes no sense tells nothing. */
function signalled({ workflowExecutionSignaledEventAttributes: said }: Event) {
  if (said?.signalName !== watermarkSignal.name) return undefined;
  const [payload] = said.input?.payloads ?? [];
  try {
    return payload && watermark.safeParse(defaultPayloadConverter.fromPayload(payload)).data;
  } catch {
    return undefined;
  }
}
