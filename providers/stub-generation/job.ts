import type { JsonValue } from '../../contract/json';
import { isSimulation, type Simulation } from '../../contract/simulations';
import type { GenerationJob, GenerationJobState } from '../generation-provider';
import { PermanentProviderError } from '../provider-errors';
import { byteOf, findStubKind, type Scene } from './kinds';

/** An accepted job. It never changes: its progress and its end follow from the clock. */
export interface StubJob extends Scene {
  idempotencyKey: string;
  kind: string;
  mode: Simulation | null;
  startedAtMs: number;
  jobMs: number;
}

const HANGING: readonly (Simulation | null)[] = ['hang', 'overbilled', 'misbilled'];
const HANGING_PROGRESS = 0.3;
const SLOWER = 10;
const OVERBILLED = 10;

/**
 * Turns a submitted job into an accepted one; its length follows from kind, key and mode.
 *
 * @throws PermanentProviderError unsupported-kind, unknown-simulation, content-refused
 */
export function acceptJob(asked: GenerationJob, nowMs: number, baseMs: number): StubJob {
  const { input, ...job } = asked;
  const kind = findStubKind(job.kind);
  if (!kind)
    throw new PermanentProviderError('unsupported-kind', `The stub can't generate ${job.kind}.`);
  const mode = modeOf(input);
  if (mode === 'refused')
    throw new PermanentProviderError('content-refused', 'The provider refuses this content.');
  const jitter = 0.8 + (0.4 * byteOf(job.idempotencyKey, 0)) / 255;
  return {
    ...job,
    caption: captionOf(input),
    durationMs: mode === 'shorter' ? halfOf(job.durationMs) : job.durationMs,
    mode,
    startedAtMs: nowMs,
    jobMs: Math.round(baseMs * kind.pace * jitter * (mode === 'slow' ? SLOWER : 1)),
  };
}

/** The progress of a running job; null once the job has ended by itself. */
export function progressOf(
  job: StubJob,
  nowMs: number,
): (GenerationJobState & { state: 'running' }) | null {
  if (HANGING.includes(job.mode)) return { state: 'running', progress: HANGING_PROGRESS };
  const elapsedMs = Math.max(0, nowMs - job.startedAtMs);
  if (elapsedMs >= job.jobMs) return null;
  return { state: 'running', progress: Math.floor((100 * elapsedMs) / job.jobMs) / 100 };
}

/**
 * The end of a job that is cancelled at this progress: it bills the time that it has used. The mode
 * `misbilled` breaks the contract.
 */
export function cancelledAt(
  { durationMs, mode }: StubJob,
  progress: number,
): GenerationJobState & { state: 'cancelled' } {
  if (mode === 'misbilled') return { state: 'cancelled', billed: 'a while' as never };
  if (mode === 'overbilled')
    return {
      state: 'cancelled',
      billed: { durationMs: durationMs === null ? null : OVERBILLED * durationMs },
    };
  const usedMs = Math.round(progress * (durationMs ?? 0));
  return usedMs === 0
    ? { state: 'cancelled' }
    : { state: 'cancelled', billed: { durationMs: usedMs } };
}

function modeOf(input: JsonValue): Simulation | null {
  const mode = memberOf(input, 'simulate');
  if (mode === undefined || isSimulation(mode)) return mode ?? null;
  throw new PermanentProviderError(
    'unknown-simulation',
    `The stub has no simulation ${JSON.stringify(mode)}.`,
  );
}

function captionOf(input: JsonValue): string {
  const said = [
    input,
    memberOf(input, 'prompt'),
    memberOf(input, 'script'),
    memberOf(input, 'text'),
  ];
  return said.find((text) => typeof text === 'string') ?? '';
}

function memberOf(input: JsonValue, name: string): JsonValue | undefined {
  if (input === null || typeof input !== 'object' || Array.isArray(input)) return undefined;
  return Object.hasOwn(input, name) ? input[name] : undefined;
}

function halfOf(durationMs: number | null): number | null {
  return durationMs === null ? null : Math.ceil(durationMs / 2);
}
