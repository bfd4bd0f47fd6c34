import { defaultPayloadConverter, type Payload } from '@temporalio/common';
import {
  getCurrentDetails,
  proxySinks,
  type Sinks,
  type WorkflowInterceptors,
} from '@temporalio/workflow';
import { type Counters, takenIn } from './branches';

/** What a task of a workflow has come to, as its sandbox tells the process around it. */
export interface ReportSinks extends Sinks {
  report: {
    /** The commands as JSON, each with its payloads decoded, and the details that are shown now. */
    commands(commands: string[], details: string): void;
    /** The branches that have been taken, named as in branches.ts. */
    branches(taken: string[]): void;
  };
}

const { report } = proxySinks<ReportSinks>();

/** Reports the commands of each task, which replay compares with the history by their kind alone. */
export function interceptors(): WorkflowInterceptors {
  return {
    internals: [
      {
        concludeActivation(input, next) {
          const concluded = next(input);
          const commands = concluded.commands.map((command) => JSON.stringify(legible(command)));
          report.commands(commands, getCurrentDetails());
          const { __coverage__: counters } = globalThis as { __coverage__?: Counters };
          if (counters) report.branches(takenIn(counters));
          return concluded;
        },
      },
    ],
  };
}

/** A command without what is empty, and with its payloads, 64-bit integers and durations decoded. */
function legible(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(legible);
  if (typeof value !== 'object' || value === null) return value;
  if (isPayload(value)) return defaultPayloadConverter.fromPayload(value);
  if ('low' in value && 'high' in value) return Number(value);
  if ('nanos' in value && 'seconds' in value)
    return `${Number(value.seconds) + Number(value.nanos) / 1e9} s`;
  const members = Object.entries(value)
    // Stacks have the positions of code, which any change moves.
    .filter(([name, member]) => name !== 'stackTrace' && !isEmpty(member))
    .map(([name, member]) => [name, legible(member)] as const);
  return Object.fromEntries(members);
}

function isPayload(value: object): value is Payload {
  return 'metadata' in value && 'data' in value;
}

function isEmpty(value: unknown): boolean {
  return value === undefined || value === null || (typeof value === 'object' && isBare(value));
}

function isBare(value: object): boolean {
  return Object.keys(value).length === 0 && Object.getPrototypeOf(value) === Object.prototype;
}
