import { asProblem, type Problem } from '../api/problem';
import type { Pack, Purchase } from '../api/types';
import { ownMember } from './facts';
import type { Buying } from './state';
import type { StoreContext } from './store';

/** A pending payment is asked for ever more seldom; a bank may take days, a page is not open that long. */
const FIRST_LOOK_MS = 1_000;
const LAST_LOOK_MS = 30_000;

const NOT_LET_IN = ['FORBIDDEN', 'RATE_LIMITED'];

/** Shows what would be bought; nothing is sent before {@link buy}. */
export function ask(store: StoreContext, { packId, credits, priceCents, currency }: Pack): void {
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

export function leave(store: StoreContext): void {
  if (!isUndecided(store.state.buying)) store.update({ buying: null });
}

/** Sends it, or sends it again with the same key, so that what was lost on the way is never charged twice. */
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
    meet(store, buying, asProblem(error));
  }
}

/** How each end is shown. What the page doesn't know yet may be no end at all. */
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

function meet(store: StoreContext, buying: Buying, problem: Problem): void {
  const { priceCents } = problem.figures;
  if (problem.code === 'PRICE_CHANGED' && typeof priceCents === 'number') {
    // Another price is another purchase: nothing was charged for the first, whose key keeps its answer.
    const asked = {
      step: 'asking',
      earlierPriceCents: buying.priceCents,
      priceCents,
      key: newKey(),
    } as const;
    change(store, buying, asked);
    return void store.refresh();
  }
  change(store, buying, { step: tellsTheEnd(buying, problem) ? 'failed' : 'unknown', problem });
}

/** A server that failed may have done it all the same; and who isn't let in any more may have been let in at first. */
function tellsTheEnd({ step }: Buying, { kind, code }: Problem): boolean {
  if (step === 'unknown') return kind === 'refused' && code !== null && !NOT_LET_IN.includes(code);
  return kind === 'refused' || kind === 'expired';
}

/** Unless another purchase has taken its place meanwhile. */
function change(store: StoreContext, { key }: Buying, changed: Partial<Buying>): void {
  const { buying } = store.state;
  if (buying?.key === key) store.update({ buying: { ...buying, ...changed } });
}

/** As long as it isn't known whether it was charged, no other is begun. */
export function isUndecided(buying: Buying | null): boolean {
  return buying !== null && ['sending', 'pending', 'unknown'].includes(buying.step);
}

/** `crypto.randomUUID` is there over https only. */
export function newKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return `page-${[...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('')}`;
}
