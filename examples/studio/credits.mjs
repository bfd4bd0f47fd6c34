// What the studio does with credits. Nothing else in it knows Holdfast.
import holdfastClient from '@holdfast/client';
import ledgerOfHoldfast from '@holdfast/client/ledger';
import { Client, Connection } from '@temporalio/client';
import { SignJWT } from 'jose';

const { createHoldfastClient, HoldfastError } = holdfastClient;
const { DATABASE_URL, TEMPORAL_ADDRESS, TEMPORAL_NAMESPACE, HOLDFAST_TASK_QUEUE } = process.env;
const { HOLDFAST_JWT_ISSUER, HOLDFAST_JWT_AUDIENCE, HOLDFAST_JWT_SECRET } = process.env;

/** What the studio makes: the form's names, and what Holdfast calls each. */
export const FILMS = {
  image: { label: 'An image', kind: 'text-to-image' },
  film: { label: 'A film of 8 s', kind: 'text-to-video-veo3', seconds: 8, audio: true },
  avatar: { label: 'An avatar of 5 min', kind: 'ai-avatar', seconds: 300 },
};

const asked = (what) => {
  const { label: _, ...request } = FILMS[what] ?? FILMS.image;
  return request;
};

const connection = await Connection.connect({ address: TEMPORAL_ADDRESS });
const temporal = new Client({ connection, namespace: TEMPORAL_NAMESPACE });
const ledger = ledgerOfHoldfast.createLedger({ databaseUrl: DATABASE_URL });
const holdfast = createHoldfastClient({ temporal, ledger, taskQueue: HOLDFAST_TASK_QUEUE });

/** An invoice is paid: the first one subscribes, each later one renews. The same number may come twice. */
export async function invoicePaid(accountId, invoice) {
  const paid = { accountId, subscriptionId: 'main', paymentReference: invoice };
  try {
    await holdfast.subscriptions.renew(paid);
  } catch (error) {
    if (!isCode(error, 'SUBSCRIPTION_NOT_FOUND')) throw error;
    await holdfast.subscriptions.subscribe({ ...paid, planId: 'lite-monthly' });
  }
}

/** What it will cost, and whether the account can pay that. */
export async function priceOf(accountId, what) {
  const { credits, affordable } = await holdfast.quote({ accountId, ...asked(what) });
  return { credits, affordable };
}

/** Starts it. The browser has made the id up, so that a double click costs nothing more. */
export async function make(accountId, requestId, what, prompt) {
  const request = { accountId, requestId, ...asked(what), input: { prompt } };
  const { result } = await holdfast.generations.start(request);
  if (result?.status !== 'rejected') return { isStarted: true };
  return { isStarted: false, why: result.reason, credits: result.required ?? null };
}

/** How far it is, and what came of it. */
export async function lookAt(accountId, requestId) {
  const { progress, record } = await holdfast.generations.status(accountId, requestId);
  const { status = 'unknown', charged = 0, outputUrl = null, reason = null } = record ?? {};
  return { status, progress, charged, outputUrl, reason };
}

/** A token for the credits page of this account alone. It starts no generations. */
export async function creditsToken(accountId) {
  const reads = ['balance', 'events', 'generations', 'prices', 'purchases', 'settings'];
  const writes = ['generations:cancel', 'purchases:write', 'settings:write', 'top-up:write'];
  const account_scope = [...reads.map((what) => `${what}:read`), ...writes].join(' ');
  return new SignJWT({ account_scope })
    .setProtectedHeader({ alg: 'HS256' })
    .setIssuer(HOLDFAST_JWT_ISSUER)
    .setAudience(HOLDFAST_JWT_AUDIENCE)
    .setSubject(accountId)
    .setExpirationTime('15m')
    .sign(new TextEncoder().encode(HOLDFAST_JWT_SECRET));
}

export function isCode(error, code) {
  return error instanceof HoldfastError && error.code === code;
}
