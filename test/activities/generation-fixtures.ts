import { once } from 'node:events';
import { ActivityCancellationDetails } from '@temporalio/common';
import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import { createGenerationActivities } from '../../activities/generation/generation-activities';
import type { GenerateInput } from '../../contract/generation-job';
import type { JsonValue } from '../../contract/json';
import type { GenerationJobState, GenerationProvider } from '../../providers/providers';
import { createStubGenerationProvider } from '../../providers/stub-generation/stub-generation-provider';
import { makeTempFolder } from '../providers/temp-folder';

export const KEY = 'generation/acme/r1';
export const SHUTDOWN = new ActivityCancellationDetails({ workerShutdown: true });

export function inputOf(simulate?: JsonValue): GenerateInput {
  return {
    idempotencyKey: KEY,
    accountId: 'acme',
    requestId: 'r1',
    kind: 'text-to-video-veo3',
    durationMs: 8000,
    audio: true,
    input: { prompt: 'a heron', ...(simulate !== undefined && { simulate }) },
  };
}

export async function makeStub(jobMs = 60): Promise<GenerationProvider> {
  return createStubGenerationProvider({
    outputDir: await makeTempFolder(),
    jobMs,
    retryAfterMs: 40,
  });
}

export function makeActivity(provider: GenerationProvider) {
  const environment = new MockActivityEnvironment({}, { logger: new DefaultLogger('ERROR') });
  const heartbeats: unknown[] = [];
  environment.on('heartbeat', (details) => heartbeats.push(details));
  const { generate, settleGeneration } = createGenerationActivities({
    provider,
    pollIntervalMs: 5,
  });
  return {
    environment,
    heartbeats,
    generate: (input: GenerateInput) => environment.run(generate, input),
    settle: () => environment.run(settleGeneration, { idempotencyKey: KEY }),
    /** The first heartbeat comes before the job is submitted, the second once it runs. */
    running: async () => {
      while (heartbeats.length < 2) await once(environment, 'heartbeat');
    },
  };
}

/**
 * A provider that accepts every job and returns or throws these answers in turn, then repeats the
 * last.
 */
export function scripted(...answers: (GenerationJobState | Error)[]) {
  const calls: string[] = [];
  async function next(): Promise<GenerationJobState> {
    const answer = answers.length > 1 ? answers.shift() : answers[0];
    if (answer === undefined || answer instanceof Error) throw answer;
    return answer;
  }
  const provider: GenerationProvider = {
    submit: async () => void calls.push('submit'),
    state: () => {
      calls.push('state');
      return next();
    },
    cancel: async () => void calls.push('cancel'),
  };
  return { provider, calls };
}

export const failing = (error: Error): GenerationProvider => ({
  submit: () => Promise.reject(error),
  state: () => Promise.reject(error),
  cancel: () => Promise.reject(error),
});

export const RUNNING: GenerationJobState = { state: 'running', progress: 0.5 };
