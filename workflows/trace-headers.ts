import { defaultPayloadConverter } from '@temporalio/common';
import type { WorkflowInterceptors } from '@temporalio/workflow';

/** In which Temporal's tracing hands a span on. */
const TRACE_HEADER = '_tracer-data';

type Headers = Parameters<typeof isReadable>[0];

/**
 * Drops the header of a trace that can't be read, in the bundle of traced workflows. Any client may
 * send one with a signal; tracing would fail the workflow's task by it, and every repetition.
 */
export function interceptors(): WorkflowInterceptors {
  return {
    inbound: [
      {
        execute: (input, next) => next(readable(input)),
        handleSignal: (input, next) => next(readable(input)),
        handleQuery: (input, next) => next(readable(input)),
        handleUpdate: (input, next) => next(readable(input)),
        validateUpdate: (input, next) => next(readable(input)),
      },
    ],
  };
}

function readable<Input extends { headers: Headers }>(input: Input): Input {
  if (isReadable(input.headers)) return input;
  const { [TRACE_HEADER]: _, ...headers } = input.headers;
  return { ...input, headers };
}

function isReadable(
  headers: Record<string, Parameters<typeof defaultPayloadConverter.fromPayload>[0]>,
) {
  const header = headers[TRACE_HEADER];
  try {
    if (header !== undefined) defaultPayloadConverter.fromPayload(header);
    return true;
  } catch {
    return false;
  }
}
