import { Client, Connection } from '@temporalio/client';
import { createHoldfastClient, type HoldfastClient, HoldfastError } from '../../client/client';
import { createLedger } from '../../ledger/ledger';

const film = { kind: 'text-to-video-veo3', seconds: 8, audio: true };

/** 1. Connect: commands go through Temporal, quotes and balances are read from the ledger. */
export async function connect(): Promise<HoldfastClient> {
  const temporal = new Client({ connection: await Connection.connect() });
  const ledger = createLedger({ databaseUrl: process.env.DATABASE_URL ?? '' });
  return createHoldfastClient({ temporal, ledger });
}

/** 2. The first invoice is paid: the plan's credits are granted, once per subscription id. */
export async function planPaid(holdfast: HoldfastClient, accountId: string, invoice: string) {
  const plan = { planId: 'lite-monthly', paymentReference: invoice, timeZone: 'Europe/Berlin' };
  await holdfast.subscriptions.subscribe({ accountId, subscriptionId: 'main', ...plan });
}

/** 3. Show the price before the button is pressed, and whether the account can pay it. */
export async function priceOfFilm(holdfast: HoldfastClient, accountId: string) {
  const { credits, affordable } = await holdfast.quote({ accountId, ...film });
  return affordable ? `${credits} credits` : `${credits} credits: buy a pack first`;
}

/** 4. Generate. The browser makes the request id up once: a double click costs nothing more. */
export async function makeFilm(
  holdfast: HoldfastClient,
  accountId: string,
  requestId: string,
  prompt: string,
) {
  try {
    const asked = { accountId, requestId, ...film, input: { prompt } };
    const { result } = await holdfast.generations.start(asked); // reserved, or refused at once
    const end = result ?? (await holdfast.generations.result(accountId, requestId)); // minutes later
    return end.status === 'committed'
      ? `${end.outputUrl} for ${end.charged} credits`
      : `No film, and nothing charged: ${end.message ?? end.reason ?? end.status}`;
  } catch (error) {
    // The same call with the same request id is always safe.
    if (error instanceof HoldfastError && error.retryable) return `Try again (${error.code}).`;
    throw error;
  }
}
