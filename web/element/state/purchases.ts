import { asProblem, type Problem } from '../api/problem';
import type { Pack, Purchase } from '../api/types';
import { ownMember } from './facts';
import type { Buying } from './state';
import type { StoreContext } from './store';

/**
 * The pauses between looks at a pending payment, which double from the first to the last. A bank
 * may take days.
 */
const FIRST_LOOK_MS = 1_000;
const LAST_LOOK_MS = 30_000;

/** Codes that refuse the caller, and so don't tell whether an earlier request bought anything. */
const CALLER_REFUSED = ['FORBIDDEN', 'RATE_LIMITED'];

/** Asks whether to buy a pack. Nothing is sent before {@link buy}. */
export function askToBuy(
  store: StoreContext,
  { packId, credits, priceCents, currency }: Pack,
): void {
  if (isUndecided(store.state.buying)) return;
  const buying: Buying = {
    ...{ packId, credits, priceCents, currency },
    key: newKey(),
    step: 'asking',
    earlierPriceCents: null,
    purchase: null,
    problem: null,
  };
  store.update({ buying });
}

/** Closes the question, unless it isn't known whether the purchase was charged. */
export function closeQuestion(store: StoreContext): void {
  if (!isUndecided(store.state.buying)) store.update({ buying: null });
}

/** Sends the purchase, or repeats it with the same key, so that it is never charged twice. */
export async function buy(store: StoreContext): Promise<void> {
  const { buying } = store.state;
  if (buying === null || (buying.step !== 'asking' && buying.step !== 'unknown')) return;
  change(store, buying, { step: 'sending', problem: null });
  const { key, packId, priceCents: shownPriceCents, currency } = buying;
  try {
    const body = { packId, shownPriceCents, currency };
    const purchase = await store.api.send<Purchase>('POST', '/purchases', { key, body });
    await conclude(store, buying, purchase);
  } catch (error) {
    handleProblem(store, buying, asProblem(error));
  }
}

/** The step for each end. A status that this version of the page doesn't know may be no end. */
const STEPS = {
  granted: 'done',
  declined: 'failed',
  voided: 'failed',
  refused: 'failed',
  returning: 'failed',
  returned: 'failed',
} satisfies Record<Exclude<Purchase['status'], 'pending'>, Buying['step']>;

async function conclude(store: StoreContext, buying: Buying, purchase: Purchase): Promise<void> {
  if (purchase.status === 'pending') {
    change(store, buying, { step: 'pending', purchase });
    return follow(store, buying);
  }
  change(store, buying, { step: ownMember(STEPS, purchase.status) ?? 'unknown', purchase });
  await store.refresh();
}

async function follow(store: StoreContext, buying: Buying): Promise<void> {
  for (let waitMs = FIRST_LOOK_MS; ; waitMs = Math.min(waitMs * 2, LAST_LOOK_MS)) {
    await new Promise((resolve) => setTimeout(resolve, waitMs));
    if (store.state.buying?.key !== buying.key) return;
    const purchase = await store.api.get<Purchase>(`/purchases/${buying.key}`).catch(() => null);
    if (purchase !== null && purchase.status !== 'pending')
      return conclude(store, buying, purchase);
  }
}

function handleProblem(store: StoreContext, buying: Buying, problem: Problem): void {
  const { priceCents } = problem.figures;
  if (problem.code === 'PRICE_CHANGED' && typeof priceCents === 'number') {
    // Buying at the new price is a purchase of its own with a new key. Nothing was charged for the
    // first one.
    const asked = {
      step: 'asking',
      earlierPriceCents: buying.priceCents,
      priceCents,
      key: newKey(),
    } as const;
    change(store, buying, asked);
    return void store.refresh();
  }
  change(store, buying, { step: isEndKnown(buying, problem) ? 'failed' : 'unknown', problem });
}

/**
 * Whether a problem means that nothing was charged. A server that failed may have charged all the
 * same. After an unknown outcome a refusal of the caller tells nothing about the first request.
 */
function isEndKnown({ step }: Buying, { kind, code }: Problem): boolean {
  if (step === 'unknown')
    return kind === 'refused' && code !== null && !CALLER_REFUSED.includes(code);
  return kind === 'refused' || kind === 'expired';
}

/** Changes the purchase, unless another one has replaced it. */
function change(store: StoreContext, { key }: Buying, changed: Partial<Buying>): void {
  const { buying } = store.state;
  if (buying?.key === key) store.update({ buying: { ...buying, ...changed } });
}

/** Whether it isn't known if the purchase was charged. Until it is, no other can be begun. */
export function isUndecided(buying: Buying | null): boolean {
  return buying !== null && ['sending', 'pending', 'unknown'].includes(buying.step);
}

/** A random key. `crypto.randomUUID` exists over https only. */
export function newKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return `page-${[...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('')}`;
}
