import type { Client } from '@temporalio/client';
import type { temporal } from '@temporalio/proto';

/** A place in which a text stands: a path of members, without the numbers of events and rows. */
export type Place = string;

/**
 * Where one of the texts stands in a value of any depth: in clear, in bytes of any encoding's
 * payload, or in base64 or hexadecimal digits.
 */
export function placesOf(texts: string[], value: unknown, path = ''): Place[] {
  if (typeof value === 'string') return texts.some((text) => shows(value, text)) ? [path] : [];
  if (value instanceof Uint8Array) return placesOf(texts, Buffer.from(value).toString(), path);
  if (value === null || typeof value !== 'object') return [];
  return Object.entries(value).flatMap(([name, member]) => [
    ...placesOf(texts, name, `${path}{}`),
    ...placesOf(texts, member, Array.isArray(value) ? path : `${path}.${name}`),
  ]);
}

const UNENCRYPTED = new Set(['searchAttributes', 'data']);

/**
 * The encodings of all payloads in a value, but for search attributes and the `data` of a local
 * activity's marker: Temporal's own names and times.
 */
export function encodingsIn(value: unknown): Set<string> {
  if (value === null || typeof value !== 'object' || value instanceof Uint8Array) return new Set();
  const { metadata } = value as { metadata?: { encoding?: unknown } };
  const encoding = metadata?.encoding;
  const own = encoding instanceof Uint8Array ? [Buffer.from(encoding).toString()] : [];
  const members = Object.entries(value).filter(([name]) => !UNENCRYPTED.has(name));
  return new Set([...own, ...members.flatMap(([, member]) => [...encodingsIn(member)])]);
}

function shows(said: string, text: string): boolean {
  if (said.includes(text) || said.includes(Buffer.from(text).toString('hex'))) return true;
  // Depending on where it begins, base64 shows the text in one of three ways.
  return [0, 1, 2].some((skipped) => {
    const shifted = Buffer.from(text).subarray(skipped);
    const whole = shifted.subarray(0, shifted.length - (shifted.length % 3));
    return said.includes(whole.toString('base64'));
  });
}

/**
 * Everything that Temporal has of a namespace's workflows, as the server sends it: histories,
 * descriptions, list entries, and the answers to the query of the current details. But for the
 * record of the ledger, which is in clear, and stays open.
 */
export async function keptByTemporal(
  { workflowService }: Client,
  namespace: string,
): Promise<{ workflowId: string; list: object; history: object; description: object }[]> {
  const { executions = [] } = await workflowService.listWorkflowExecutions({
    namespace,
    query: "WorkflowType != 'ledgerWorkflow'",
    pageSize: 1_000,
  });
  return Promise.all(
    executions.map(async (list) => {
      const execution = { workflowId: list.execution?.workflowId, runId: list.execution?.runId };
      return {
        workflowId: execution.workflowId ?? '',
        list,
        history: await wholeHistory(workflowService, namespace, execution),
        description: await workflowService.describeWorkflowExecution({ namespace, execution }),
        details: await workflowService.queryWorkflow({
          namespace,
          execution,
          query: { queryType: '__temporal_workflow_metadata' },
        }),
      };
    }),
  );
}

async function wholeHistory(
  service: Client['workflowService'],
  namespace: string,
  execution: temporal.api.common.v1.IWorkflowExecution,
): Promise<object> {
  const events: object[] = [];
  let nextPageToken: Uint8Array | undefined;
  do {
    const page = await service.getWorkflowExecutionHistory({ namespace, execution, nextPageToken });
    events.push(...(page.history?.events ?? []));
    nextPageToken = page.nextPageToken;
  } while (nextPageToken?.length);
  return events;
}
