import { Client, Connection } from '@temporalio/client';
import { createHoldfastClient, type HoldfastClient, HoldfastError } from '../../client/client';
import { createLedger } from '../../ledger/ledger';

export async function connect(): Promise<HoldfastClient> {
  const temporal = new Client({ connection: await Connection.connect() });
  const ledger = createLedger({ databaseUrl: process.env.DATABASE_URL ?? '' }); // for quotes, balances and history
  return createHoldfastClient({ temporal, ledger });
}

/** Called with an id that the browser made up once: a double click or a retry gets the first answer, and one charge. */
export async function makeVideo(
  holdfast: HoldfastClient,
  accountId: string,
  requestId: string,
  prompt: string,
): Promise<string> {
  const request = {
    accountId,
    requestId,
    kind: 'text-to-video-veo3',
    seconds: 8,
    audio: true,
    input: { prompt },
  };
  try {
    const admission = await holdfast.generations.start(request); // a few milliseconds, while the generation runs
    const { status, charged, outputUrl, message } =
      admission.result ?? (await holdfast.generations.result(accountId, requestId));
    return status === 'committed'
      ? `${outputUrl} for ${charged} credits`
      : `No video, and nothing charged: ${message ?? status}`;
  } catch (error) {
    // ADMISSION_UNKNOWN, NO_WORKER, TEMPORAL_UNAVAILABLE: the same call with the same request id is always safe.
    if (error instanceof HoldfastError && error.retryable)
      return `Please try again (${error.code}).`;
    throw error;
  }
}
