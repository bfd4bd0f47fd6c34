import { readdirSync, readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { defaultPayloadConverter } from '@temporalio/common';
import { historyFromJSON } from '@temporalio/common/lib/proto-utils';
import type { temporal } from '@temporalio/proto';

export const HISTORIES_FOLDER = join(__dirname, 'histories');

type History = temporal.api.history.v1.IHistory;
type HistoryEvent = temporal.api.history.v1.IHistoryEvent;
type Payloads = temporal.api.common.v1.IPayloads | null | undefined;

export interface RecordedHistory {
  /** `<scenario>.<version>`, e.g. `generation.committed.v1`. */
  name: string;
  workflowId: string;
  workflowType: string;
  history: History;
}

export function recordedHistories(): RecordedHistory[] {
  return readdirSync(HISTORIES_FOLDER)
    .filter((file) => file.endsWith('.history.json'))
    .sort()
    .map((file) => {
      const history = historyFromJSON(
        JSON.parse(readFileSync(join(HISTORIES_FOLDER, file), 'utf8')),
      );
      const started = history.events?.[0]?.workflowExecutionStartedEventAttributes;
      return {
        name: file.replace('.history.json', ''),
        workflowId: started?.workflowId ?? '',
        workflowType: started?.workflowType?.name ?? '',
        history,
      };
    });
}

/**
 * The inputs, results and limits of every activity, and the workflow's own result, which replay
 * does not compare. Times, file URLs and run ids differ from run to run, and are replaced.
 */
export function effectsOf(history: History): unknown[] {
  const effects = (history.events ?? []).flatMap((event) => effectOf(event) ?? []);
  return JSON.parse(withoutAccidents(JSON.stringify(effects)));
}

/** Removes the names of the recording's process, host and folders, because it is published. */
export function withoutOrigin(historyJson: string): string {
  return JSON.stringify(
    JSON.parse(historyJson, (key, value) => {
      if (key === 'identity') return 'recorder';
      if (key === 'stackTrace') return '';
      // Sticky queues are named after process@host; a payload in base64 never holds an @.
      return typeof value === 'string' ? value.replace(`@${hostname()}`, '@host') : value;
    }),
    null,
    1,
  );
}

function effectOf(event: HistoryEvent): object | undefined {
  const {
    workflowExecutionStartedEventAttributes: started,
    activityTaskScheduledEventAttributes: scheduled,
  } = event;
  if (started) return { started: started.workflowType?.name, input: valuesOf(started.input) };
  if (scheduled) {
    const {
      activityType,
      input,
      scheduleToCloseTimeout,
      startToCloseTimeout,
      heartbeatTimeout,
      retryPolicy,
    } = scheduled;
    const limits = { scheduleToCloseTimeout, startToCloseTimeout, heartbeatTimeout, retryPolicy };
    const queue = /-(generation|payments)$/.exec(scheduled.taskQueue?.name ?? '')?.[1] ?? 'own';
    return {
      activity: activityType?.name,
      queue,
      input: valuesOf(input),
      limits,
    };
  }
  const { startChildWorkflowExecutionInitiatedEventAttributes: child } = event;
  if (child)
    return { child: child.workflowType?.name, id: child.workflowId, input: valuesOf(child.input) };
  const { activityTaskCompletedEventAttributes: done, markerRecordedEventAttributes: marker } =
    event;
  if (done) return { result: valuesOf(done.result) };
  if (marker)
    return {
      local: localActivityType(marker.details?.data),
      result: valuesOf(marker.details?.result),
    };
  const {
    workflowExecutionCompletedEventAttributes: completed,
    workflowExecutionFailedEventAttributes: failed,
  } = event;
  if (completed) return { completed: valuesOf(completed.result) };
  if (failed)
    return {
      failed: failed.failure?.applicationFailureInfo?.type,
      message: failed.failure?.message,
    };
  return undefined;
}

function valuesOf(payloads: Payloads): unknown[] {
  return (payloads?.payloads ?? []).map((payload) => defaultPayloadConverter.fromPayload(payload));
}

/** The core's note of a local activity holds its name, and times that don't matter. */
export function localActivityType(data: Payloads): string | undefined {
  const [note] = valuesOf(data) as { activity_type?: string }[];
  return note?.activity_type;
}

function withoutAccidents(json: string): string {
  return json
    .replaceAll(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+Z/g, '<time>')
    .replaceAll(/file:\/\/[^"\s]+/g, '<file>')
    .replaceAll(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, '<uuid>')
    .replaceAll(/test-[0-9a-f]{12}/g, '<queue>');
}
