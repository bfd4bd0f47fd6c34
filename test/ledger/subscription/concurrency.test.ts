import fc from 'fast-check';
import type { Outcome } from '../../../ledger/ledger';
import { later, newId, START } from '../ledger-support';
import { LITE, PROFESSIONAL, SubscriptionBooks } from './subscription-support';

const CLIENTS = 16;
const DAY_MS = 86_400_000;
let subs: SubscriptionBooks;

beforeAll(async () => {
  subs = await SubscriptionBooks.open({ renewalGrace: 'P2D' }, CLIENTS);
});
afterAll(() => subs.books.close());

/** References come from a small set, so that clients collide on them; a reference fixes its body. */
const operation = fc.record({
  type: fc.constantFrom(
    'renew',
    'subscribe',
    'upgrade',
    'downgrade',
    'cancel',
    'resume',
    'end',
    'expire',
    'grant',
    'use',
    'pass',
  ),
  number: fc.integer({ min: 1, max: 6 }),
});
type Operation = typeof operation extends fc.Arbitrary<infer T> ? T : never;

/** How often each reference was told to have paid, not counting replays. */
class FirstAnswers {
  readonly firsts = new Map<string, number>();

  note(reference: string, outcome: Outcome<unknown>): void {
    if (outcome.ok && !outcome.replayed)
      this.firsts.set(reference, (this.firsts.get(reference) ?? 0) + 1);
  }
}

async function perform(
  account: string,
  told: FirstAnswers,
  { type, number }: Operation,
): Promise<void> {
  const { subscriptions, books } = subs;
  const id = (await books.ledger.subscription(account))?.subscriptionId ?? 's1';
  const paymentReference = `pay-${number}`;
  switch (type) {
    case 'renew':
      return told.note(
        `${id} ${paymentReference}`,
        await subs.renew(account, START, paymentReference, id),
      );
    case 'subscribe': {
      const body = { planId: LITE, paymentReference: `sub-${number}` };
      return told.note(`s${number}`, await subscriptions.subscribe(account, `s${number}`, body));
    }
    case 'upgrade':
      await subscriptions.changePlan(account, id, `up-${number}`, {
        planId: PROFESSIONAL,
        paymentReference,
      });
      return;
    case 'downgrade':
      await subscriptions.changePlan(account, id, `down-${number}`, {
        planId: LITE,
        paymentReference,
      });
      return;
    case 'cancel':
      await subscriptions.cancelAtPeriodEnd(account, id, `c-${number}`);
      return;
    case 'resume':
      await subscriptions.resume(account, id, `r-${number}`);
      return;
    case 'end':
      if (number === 1) await subscriptions.endNow(account, id, newId());
      return;
    case 'expire':
      await subscriptions.expireTerm(account, id, number);
      return;
    case 'grant':
      await subscriptions.grantCycles(account, id);
      return;
    case 'use':
      await books.reserve(account, `r${number}`, 20);
      await books.ledger.commit(account, `r${number}`, 7, 'file:///o');
      return;
    case 'pass':
      return books.advanceClock(number * 3 * DAY_MS);
  }
}

test('16 clients at once on one account lose and double nothing', async () => {
  const scripts = fc.array(fc.array(operation, { minLength: 8, maxLength: 8 }), {
    minLength: CLIENTS,
    maxLength: CLIENTS,
  });
  await fc.assert(
    fc.asyncProperty(scripts, async (clients) => {
      const account = newId();
      const told = new FirstAnswers();
      await subs.reset();
      await subs.subscribe(account, 's0');
      await Promise.all(
        clients.map(async (script) => {
          for (const op of script) await perform(account, told, op);
        }),
      );
      await subs.expectBalanced();
      for (const [reference, times] of told.firsts)
        expect({ reference, times }).toEqual({ reference, times: 1 });
      const { rows } = await subs.books.owner.query(
        `SELECT count(*) FILTER (WHERE pays = 'cycle')::int AS payments,
           (SELECT count(*)::int FROM holdfast.cycles WHERE account_id = $1) AS cycles
         FROM holdfast.payments WHERE account_id = $1`,
        [account],
      );
      expect(rows[0].payments).toBe(rows[0].cycles);
      const { validUntil } = await subs.subscription(account);
      await subs.books.setClock(later(validUntil, DAY_MS));
      expect(await subs.balance(account)).toMatchObject({ available: 0 });
    }),
    { numRuns: 8, endOnFailure: true },
  );
});

type Asked = (account: string) => Promise<Outcome<unknown>>;

test.each<[string, Asked]>([
  ['renewal', (account) => subs.renew(account, undefined, 'second')],
  [
    'change of plan',
    (account) => subs.subscriptions.changePlan(account, 's', 'k', { planId: PROFESSIONAL }),
  ],
  ['cancellation', (account) => subs.subscriptions.cancelAtPeriodEnd(account, 's', 'k')],
  ['end at once', (account) => subs.subscriptions.endNow(account, 's', 'k')],
  ['expiry', (account) => subs.subscriptions.expireTerm(account, 's', 1)],
  ['grant of due cycles', (account) => subs.subscriptions.grantCycles(account, 's')],
])(
  'a %s that comes while the first subscription of an account begins is told that there is none',
  async (_, ask) => {
    const account = newId();
    const client = await subs.books.owner.connect();
    try {
      // It has found no account, and hasn't looked for more yet, when the account comes into being.
      await client.query('BEGIN; LOCK TABLE holdfast.idempotency_keys, holdfast.subscriptions');
      const asked = ask(account);
      await Promise.race([asked, subs.books.untilLocked()]);
      const body = { planId: LITE, paymentReference: 'first' };
      await client.query('SELECT holdfast.subscribe($1, $2, $3)', [
        account,
        's',
        JSON.stringify(body),
      ]);
      await client.query('COMMIT');
      expect(await asked).toMatchObject({ ok: false, refusal: { code: 'SUBSCRIPTION_NOT_FOUND' } });
    } finally {
      await client.query('ROLLBACK');
      client.release();
    }
    await subs.expectBalanced();
  },
);
