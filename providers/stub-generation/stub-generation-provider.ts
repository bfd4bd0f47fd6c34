import { createHash } from 'node:crypto';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { GenerationJobState, GenerationProvider } from '../generation-provider';
import { simulateOutage } from '../simulated-outage';
import { readFact, writeOnce, writeWhole } from '../write-once';
import { acceptJob, cancelledAt, progressOf, type StubJob } from './job';
import { findStubKind } from './kinds';

export interface StubGenerationOptions {
  /** The folder of jobs and outputs. Processes that share it share the jobs. */
  outputDir: string;
  /**
   * The length of an average job, 3000 ms by default. Kind and key make it half to twice as long.
   */
  jobMs?: number;
  /** How long `simulate: rate-limited` asks to wait, 1000 ms by default. */
  retryAfterMs?: number;
  /** Milliseconds since 1970; the machine's clock by default. */
  now?: () => number;
}

/** The end of `simulate: permanent`. */
const REFUSED = { reason: 'content-refused', message: 'This stub refuses what it is told to.' };

type EndState = Exclude<GenerationJobState, { state: 'running' | 'unknown' }>;

/**
 * A generation service for development, with the delays and faults of a real one
 * (contract/simulations.ts).
 *
 * A job is a folder of facts that are each written once, `job.json` and `end.json`. It outlives the
 * worker that submitted it, and every process sees the same state. The first process to write the
 * end decides between a cancellation and a finish at the same time. An end without a job is a
 * tombstone: it keeps a late submit from starting.
 */
export function createStubGenerationProvider(options: StubGenerationOptions): GenerationProvider {
  const { outputDir, jobMs = 3000, retryAfterMs = 1000, now = Date.now } = options;

  function factPath(key: string, fact: string): string {
    return join(outputDir, 'jobs', hashOf(key), `${fact}.json`);
  }

  const findJob = (key: string) => readFact<StubJob>(factPath(key, 'job'));
  const findEnd = (key: string) => readFact<EndState>(factPath(key, 'end'));

  async function recordEnd(key: string, end: EndState): Promise<EndState> {
    return (await writeOnce(factPath(key, 'end'), end)).value;
  }

  async function finish(job: StubJob): Promise<EndState> {
    if (job.mode === 'permanent')
      return recordEnd(job.idempotencyKey, { state: 'failed', ...REFUSED });
    const outputUrl = await writeArtefact(job, outputDir);
    return recordEnd(job.idempotencyKey, {
      state: 'succeeded',
      outputUrl,
      durationMs: job.durationMs,
    });
  }

  async function state(key: string): Promise<GenerationJobState> {
    const end = await findEnd(key);
    if (end) return end;
    const job = await findJob(key);
    if (!job) return { state: 'unknown' };
    return progressOf(job, now()) ?? finish(job);
  }

  return {
    async submit(asked) {
      const key = asked.idempotencyKey;
      if ((await findEnd(key)) ?? (await findJob(key))) return;
      const job = acceptJob(asked, now(), jobMs);
      await simulateOutage(job.mode, retryAfterMs, (fact) => factPath(key, fact));
      await writeOnce(factPath(key, 'job'), job);
    },

    state,

    async cancel(key) {
      const job = await findJob(key);
      if (job?.mode === 'finish-after-cancel') return;
      const reached = await state(key);
      if (job && reached.state === 'running')
        await recordEnd(key, cancelledAt(job, reached.progress));
      else if (reached.state === 'running' || reached.state === 'unknown')
        await recordEnd(key, { state: 'cancelled' });
    },
  };
}

async function writeArtefact(job: StubJob, outputDir: string): Promise<string> {
  const kind = findStubKind(job.kind);
  if (!kind) throw new Error(`A job of kind ${job.kind} was accepted, and nothing can render it.`);
  const path = resolve(
    outputDir,
    `${job.kind}-${hashOf(job.idempotencyKey).slice(0, 16)}.${kind.extension}`,
  );
  await writeWhole(path, kind.render(job));
  return pathToFileURL(path).href;
}

function hashOf(key: string): string {
  return createHash('sha256').update(key).digest('hex');
}
