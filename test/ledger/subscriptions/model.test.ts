import fc from 'fast-check';
import type { ErrorCode } from '../../../domain/errors';
import type { Outcome } from '../../../ledger';
import { later, newId, START } from '../support';
import { SubscriptionBooks } from './support';

const CYCLE_MS = 10_000;
const GRACE_MS = 2_000;
const WINDOW_MS = 5_000;
let subs: SubscriptionBooks;

beforeAll(async () => {
  subs = await SubscriptionBooks.open({
    renewalGrace: 'PT2S',
    settlementWindow: 'PT5S',
    plans: { quick: { name: 'Quick', credits: 10, cycle: 'PT10S' } },
  });
});
afterAll(() => subs.books.close());

/** One account's subscriptions by the rules of the design, in plain arithmetic; times are milliseconds since START. */
class Model {
  now = 0;
  number = 0;
  term = 0;
  paidCycle = 0;
  paidUntil = 0;
  validUntil = 0;
  cancelled = false;
  closed: 'lapsed' | 'ended-now' | null = 'lapsed';
  /** When each paid cycle of the newest subscription starts. */
  starts: number[] = [];

  get live(): boolean {
    return !this.closed && this.now < this.validUntil;
  }

  subscribe(): ErrorCode | 'ok' {
    if (this.live) return 'SUBSCRIPTION_EXISTS';
    Object.assign(this, { number: this.number + 1, paidCycle: 0, cancelled: false, closed: null, starts: [] });
    this.#startTerm();
    return 'ok';
  }

  renew(paidAt: number): ErrorCode | 'ok' {
    if (this.number === 0) return 'SUBSCRIPTION_NOT_FOUND';
    if (this.closed === 'ended-now') return 'SUBSCRIPTION_ENDED';
    if (!this.closed && paidAt < this.validUntil) this.#pay(this.paidUntil);
    else {
      Object.assign(this, { cancelled: false, closed: null });
      this.#startTerm();
    }
    return 'ok';
  }

  change(what: 'cancel' | 'resume'): ErrorCode | 'ok' {
    if (this.number === 0) return 'SUBSCRIPTION_NOT_FOUND';
    if (this.closed === 'ended-now') return 'SUBSCRIPTION_ENDED';
    if (!this.live) return 'SUBSCRIPTION_LAPSED';
    if (what === 'resume' && !this.cancelled) return 'SUBSCRIPTION_NOT_CANCELLED';
    this.cancelled = what === 'cancel';
    this.validUntil = this.cancelled ? Math.max(this.paidUntil, this.now) : this.paidUntil + GRACE_MS;
    return 'ok';
  }

  endNow(): ErrorCode | 'ok' {
    if (this.number === 0) return 'SUBSCRIPTION_NOT_FOUND';
    if (this.closed === 'ended-now') return 'SUBSCRIPTION_ENDED';
    if (this.closed) return 'SUBSCRIPTION_LAPSED';
    this.validUntil = Math.min(this.validUntil, this.now);
    this.starts = this.starts.filter((start) => start <= this.now);
    this.closed = 'ended-now';
    return 'ok';
  }

  expire(): void {
    if (!this.closed && this.now >= this.validUntil + WINDOW_MS) this.closed = 'lapsed';
  }

  get status(): string {
    if (this.closed) return 'closed';
    if (this.now >= this.validUntil) return 'lapsed';
    return this.now >= this.paidUntil ? 'grace' : 'active';
  }

  #startTerm(): void {
    this.term += 1;
    this.#pay(this.now);
  }

  #pay(start: number): void {
    this.paidCycle += 1;
    this.starts.push(start);
    this.paidUntil = start + CYCLE_MS;
    this.validUntil = this.paidUntil + (this.cancelled ? 0 : GRACE_MS);
  }
}

const ms = fc.oneof(
  fc.integer({ min: 0, max: 30_000 }),
  fc.constantFrom(1, 500, GRACE_MS, WINDOW_MS, CYCLE_MS, 10_500, 12_000),
);
const step = fc.oneof(
  { weight: 4, arbitrary: fc.record({ type: fc.constant('pass' as const), ms }) },
  { weight: 3, arbitrary: fc.record({ type: fc.constant('renew' as const), ms }) },
  {
    weight: 2,
    arbitrary: fc.record({ type: fc.constantFrom('reserve' as const, 'release' as const, 'expire' as const), ms }),
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
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

const codeOf = <T>(outcome: Outcome<T>) => (outcome.ok ? 'ok' : outcome.refusal.code);

/** Whether credits were set aside that no live subscription has. */
async function reservedBeyond(account: string, model: Model, requestId: string): Promise<boolean> {
  const outcome = await subs.books.reserve(account, requestId, 3);
  return outcome.ok && !outcome.replayed && !model.live;
}

/** What the ledger answers, and what the model does. */
async function perform(account: string, model: Model, { type, ms }: Step): Promise<[unknown, unknown]> {
  const id = `s${model.number}`;
  const { subscriptions, books } = subs;
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
      return [codeOf(await subscriptions.cancelAtPeriodEnd(account, id, newId())), model.change('cancel')];
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
      return [await reservedBeyond(account, model, `r${ms % 10}`), false];
    case 'release':
      if (ms % 2) await books.ledger.release(account, `r${ms % 10}`, 'test');
      else await books.ledger.commit(account, `r${ms % 10}`, 1, 'file:///o');
      return [0, 0];
  }
}

async function compare(account: string, model: Model): Promise<void> {
  const { available, pendingExpiry } = await subs.balance(account);
  // What is not live can't be spent, what is live awaits no expiry, and what is closed holds nothing.
  expect(model.live ? pendingExpiry : available).toBe(0);
  if (model.closed) expect(pendingExpiry).toBe(0);
  if (model.number === 0) return;
  expect(await subs.subscription(account)).toMatchObject({
    ...{ subscriptionId: `s${model.number}`, status: model.status, term: model.term, paidCycle: model.paidCycle },
    ...{ validUntil: later(START, model.validUntil), cancelAtPeriodEnd: model.cancelled },
    paidUntil: later(START, model.paidUntil),
  });
}

test('whatever is done in whatever order, the ledger does what the rules say', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 40 }), async (steps) => {
      const account = newId();
      const model = new Model();
      await subs.reset();
      for (const next of [{ type: 'subscribe', ms: 0 } as const, ...steps]) {
        const [answer, expected] = await perform(account, model, next);
        expect({ next, answer }).toEqual({ next, answer: expected });
        await compare(account, model);
      }
      await subs.subscriptions.grantCycles(account, `s${model.number}`);
      const begun = model.starts.filter((start) => start <= model.now).length;
      expect((await subs.subscription(account)).grantedCycle).toBe(begun);
      await subs.expectBalanced();
    }),
    { numRuns: 60, endOnFailure: false },
  );
});
