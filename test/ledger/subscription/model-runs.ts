import fc from 'fast-check';
import type { Outcome } from '../../../ledger/ledger';
import { later, newId, START } from '../ledger-support';
import { CYCLE_MS, GRACE_MS, Model, WINDOW_MS } from './model';
import { SubscriptionBooks } from './subscription-support';

const PACK = { packId: 'pack-125', shownPriceCents: 4900 };

const CATALOG = {
  renewalGrace: 'PT2S',
  settlementWindow: 'PT5S',
  plans: { quick: { name: 'Quick', credits: 10, cycle: 'PT10S' } },
};

const ms = fc.oneof(
  fc.integer({ min: 0, max: 30_000 }),
  fc.constantFrom(1, 500, GRACE_MS, WINDOW_MS, CYCLE_MS, 10_500, 12_000),
);
const step = fc.oneof(
  { weight: 4, arbitrary: fc.record({ type: fc.constant('pass' as const), ms }) },
  { weight: 3, arbitrary: fc.record({ type: fc.constant('renew' as const), ms }) },
  {
    weight: 2,
    arbitrary: fc.record({
      type: fc.constantFrom('reserve' as const, 'release' as const, 'expire' as const),
      ms,
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      type: fc.constantFrom(
        'subscribe' as const,
        'cancel' as const,
        'resume' as const,
        'end now' as const,
        'grant' as const,
      ),
      ms,
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      type: fc.constantFrom(
        ...(['buy', 'buy', 'settle', 'settle', 'declined', 'voided', 'returned'] as const),
      ),
      ms,
    }),
  },
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

const codeOf = <T>(outcome: Outcome<T>) => (outcome.ok ? 'ok' : outcome.refusal.code);

/** Whether credits were set aside that no live subscription has. */
async function reservedBeyond(
  subs: SubscriptionBooks,
  account: string,
  model: Model,
  requestId: string,
): Promise<boolean> {
  const outcome = await subs.books.reserve(account, requestId, 3);
  return outcome.ok && !outcome.replayed && !model.live;
}

/** Performs one operation, and returns the ledger's answer and the model's. */
async function perform(
  subs: SubscriptionBooks,
  account: string,
  model: Model,
  { type, ms }: Step,
): Promise<[unknown, unknown]> {
  const id = `s${model.number}`;
  const { subscriptions, books } = subs;
  const { purchases } = books.ledger;
  const purchase = `p${ms % 5}`;
  switch (type) {
    case 'pass':
      model.now += ms;
      await books.setClock(later(START, model.now));
      return [0, 0];
    case 'renew': {
      const paidAt = Math.max(0, model.now - ms);
      const outcome = await subs.renew(account, later(START, paidAt), newId('pay'), id);
      return [codeOf(outcome), model.renew(paidAt)];
    }
    case 'subscribe': {
      const body = { planId: 'quick', paymentReference: newId('pay') };
      const outcome = await subscriptions.subscribe(account, `s${model.number + 1}`, body);
      return [codeOf(outcome), model.subscribe()];
    }
    case 'cancel':
      return [
        codeOf(await subscriptions.cancelAtPeriodEnd(account, id, newId())),
        model.change('cancel'),
      ];
    case 'resume':
      return [codeOf(await subscriptions.resume(account, id, newId())), model.change('resume')];
    case 'end now':
      return [codeOf(await subscriptions.endNow(account, id, newId())), model.endNow()];
    case 'expire':
      await subscriptions.expireTerm(account, id, model.term);
      model.expire();
      return [0, 0];
    case 'grant':
      await subscriptions.grantCycles(account, id);
      return [0, 0];
    case 'reserve':
      return [await reservedBeyond(subs, account, model, `r${ms % 10}`), false];
    case 'release':
      if (ms % 2) await books.ledger.release(account, `r${ms % 10}`, 'test');
      else await books.ledger.commit(account, `r${ms % 10}`, 1, 'file:///o');
      return [0, 0];
    case 'buy':
      return [codeOf(await purchases.open(account, purchase, PACK)), model.open(purchase)];
    case 'settle':
      return [
        codeOf(await purchases.settle(account, purchase, `pay-${purchase}`)),
        model.settle(purchase),
      ];
    case 'declined':
    case 'voided':
    case 'returned':
      return [
        codeOf(await purchases.close(account, purchase, type, 'test')),
        model.close(purchase, type),
      ];
  }
}

async function compare(subs: SubscriptionBooks, account: string, model: Model): Promise<void> {
  const { available, pendingExpiry } = await subs.balance(account);
  // Credits can't be spent without a live subscription, await no expiry with one, and are gone once it is closed.
  expect(model.live ? pendingExpiry : available).toBe(0);
  if (model.closed) expect(pendingExpiry).toBe(0);
  for (const [id, { status, term }] of model.purchases) {
    const validUntil = term === undefined ? null : later(START, model.ends.get(term) as number);
    expect(await subs.books.ledger.purchase(account, id)).toMatchObject({
      purchaseId: id,
      status,
      validUntil,
    });
  }
  if (model.number === 0) return;
  expect(await subs.subscription(account)).toMatchObject({
    ...{
      subscriptionId: `s${model.number}`,
      status: model.status,
      term: model.term,
      paidCycle: model.paidCycle,
    },
    ...{ validUntil: later(START, model.validUntil), cancelAtPeriodEnd: model.cancelled },
    paidUntil: later(START, model.paidUntil),
  });
}

/** Compares a ledger with the model after each step of random sequences of operations. */
export async function compareWithModel(numRuns: number): Promise<void> {
  const subs = await SubscriptionBooks.open(CATALOG);
  try {
    const property = fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 40 }), (steps) =>
      compareAfterEach(subs, steps),
    );
    await fc.assert(property, { numRuns, endOnFailure: false });
  } finally {
    await subs.books.close();
  }
}

async function compareAfterEach(subs: SubscriptionBooks, steps: Step[]): Promise<void> {
  const account = newId();
  const model = new Model();
  await subs.reset();
  for (const next of [{ type: 'subscribe', ms: 0 } as const, ...steps]) {
    const [answer, expected] = await perform(subs, account, model, next);
    expect({ next, answer }).toEqual({ next, answer: expected });
    await compare(subs, account, model);
  }
  await subs.subscriptions.grantCycles(account, `s${model.number}`);
  const begun = model.starts.filter((start) => start <= model.now).length;
  expect((await subs.subscription(account)).grantedCycle).toBe(begun);
  await subs.expectBalanced();
}
