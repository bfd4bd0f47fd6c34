import { type GenerationProvider, RateLimitedProviderError, TransientProviderError } from '../../providers/generation';
import { runWorker } from '../../worker';

async function studio(method: string, key: string, body?: unknown): Promise<never> {
  const url = `https://studio.example/jobs/${encodeURIComponent(key)}`;
  const response = await fetch(url, { method, body: JSON.stringify(body), signal: AbortSignal.timeout(5_000) });
  if (response.status === 429) throw new RateLimitedProviderError('too many requests', 5_000);
  if (!response.ok) throw new TransientProviderError(`status ${response.status}`);
  return (await response.json()) as never;
}

const generationProvider: GenerationProvider = {
  submit: (job) => studio('PUT', job.idempotencyKey, job), // the same key is always the same job
  state: (key) => studio('GET', key), // running with its progress, then for ever succeeded, failed or cancelled
  cancel: (key) => studio('DELETE', key),
};

runWorker({ generationProvider });
