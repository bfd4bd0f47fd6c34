import { type GenerationProvider, TransientProviderError } from '../../providers/providers';
import { runWorker } from '../../worker/worker';

async function studio(method: string, key: string, job?: object): Promise<never> {
  const request = { method, body: JSON.stringify(job), signal: AbortSignal.timeout(5_000) };
  const response = await fetch(`https://studio.example/jobs/${encodeURIComponent(key)}`, request);
  if (!response.ok) throw new TransientProviderError(`status ${response.status}`); // tried again
  return (await response.json()) as never;
}
const generationProvider: GenerationProvider = {
  submit: (job) => studio('PUT', job.idempotencyKey, job), // the same key is always the same job
  state: (key) => studio('GET', key), // running with its progress, then for ever succeeded, failed or cancelled
  cancel: (key) => studio('DELETE', key),
};
runWorker({ generationProvider });
