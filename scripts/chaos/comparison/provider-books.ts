import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { GenerationJobState } from '../../../contract/generation-job';
import { createStubGenerationProvider } from '../../../providers/stub-generation/stub-generation-provider';
import {
  type BookEntry,
  createStubPaymentProvider,
} from '../../../providers/stub-payment/stub-payment-provider';

/** What the stubs of the AI service and of the payment service have done, by their own books. */
export interface ProviderBooks {
  /** The end of each job that was accepted, by account and request. */
  jobs: Map<string, GenerationJobState['state']>;
  /** By account and purchase. */
  payments: Map<string, BookEntry>;
  /** `account-notice` of every delivery. */
  notices: Set<string>;
}

const now = () => Number(process.hrtime.bigint() / 1_000_000n);

function foldersOf(folder: string): string[] {
  try {
    return readdirSync(folder).map((name) => path.join(folder, name));
  } catch {
    return [];
  }
}

function keyOf(folder: string): string | undefined {
  try {
    return JSON.parse(readFileSync(path.join(folder, 'job.json'), 'utf8')).idempotencyKey;
  } catch {
    return undefined;
  }
}

/** `generation/acme/r1` → `acme/r1` */
const named = (key: string) => key.slice(key.indexOf('/') + 1);

export async function readProviderBooks(
  outputDir: string,
  noticesDir: string,
): Promise<ProviderBooks> {
  const generation = createStubGenerationProvider({ outputDir, now });
  const jobs: ProviderBooks['jobs'] = new Map();
  for (const folder of foldersOf(path.join(outputDir, 'jobs'))) {
    const key = keyOf(folder);
    if (key) jobs.set(named(key), (await generation.state(key)).state);
  }
  const book = await createStubPaymentProvider({ outputDir, now }).book();
  return {
    jobs,
    payments: new Map(book.map((entry) => [named(entry.idempotencyKey), entry])),
    notices: new Set(readdirSync(noticesDir).map((file) => path.basename(file, '.json'))),
  };
}
