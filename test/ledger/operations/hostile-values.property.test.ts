import fc from 'fast-check';
import { Pool } from 'pg';
import { translateError } from '../../../ledger/connection/errors';
import { BODY, granted, HOLD_MS, newId, promotion, START, TestLedger } from '../ledger-support';
import {
  type Args,
  EACH_HOSTILE_TEXT,
  hostile,
  leavesOf,
  withHostile,
} from './hostile-values-support';

const PACK = { packId: 'pack-125', shownPriceCents: 4900 };
const LITE = { planId: 'lite-monthly', paymentReference: 'first' };
let books: TestLedger;
let serving: Pool;

beforeAll(async () => {
  books = await TestLedger.open();
  serving = new Pool({ connectionString: books.urls.ledgerUrl, max: 12 });
});
/**
 * What a function stores of a value that the contract would turn away, a request without a kind, a
 * grant without a name, so that the audit finds it. No such value may change a figure.
 */
const SAID = [
  ...['reservation-says-how', 'entry-says-why', 'setting-was-said', 'top-up-was-said'],
  ...['order-was-said', 'grant-has-key', 'deduction-has-key'],
];
/** The accounts for which a function was called with random values. */
const tried = new Set<string>();

afterAll(async () => {
  const { violations } = await books.audit();
  const found = violations.filter(
    ({ invariant, accountId }) => !(SAID.includes(invariant) && tried.has(accountId)),
  );
  expect(found).toEqual([]);
  await serving.end();
  await books.close();
});

/** A parameter of the type jsonb. */
const json = (value: unknown) => ({ json: value });
const reserved = (id: string, credits: number, more: object = {}) => [
  id,
  json({ ...BODY, ...more }),
  credits,
  1,
  HOLD_MS,
];

const NEVER = '9999-01-01T00:00:00Z';
const TIMES = json({ askedAt: NEVER, temporalAt: NEVER, notAfter: NEVER });

/** Valid arguments of each of the ledger's functions, for an account that has one of everything. */
const FUNCTIONS: Record<string, (account: string) => Args> = {
  account_notices: (a) => [a],
  account_settings: (a) => [a],
  account_stamps: (a) => [[a, 'other']],
  accounts_begun_before: (a) => [a, START, 100],
  acts: (a) => [a, 1, 5],
  admission_outlook: (a) => [
    a,
    newId('r'),
    json({ ...BODY, maxCredits: 5, metadata: { key: 'value' } }),
    1,
    1,
    json({ until: '2030-06-01T00:00:00Z' }),
  ],
  admit_again: (a) => [a, 'ai-avatar'],
  'admit_again, with a reason': (a) => [a, 'ai-avatar', 'x', 'x', TIMES, 'x'],
  applied_migrations: () => [],
  attend_account: (a) => [a],
  audit: () => [],
  audit_mark: (a) => [json([{ accountId: a, version: 1, state: { figures: [] } }])],
  audit_page: (a) => [a, a, 1, json({ grants: [[1, 1, 0]], open: ['r'] }), true, 100],
  balance: (a) => [a, START],
  balance_at: (a) => [a, START],
  begin_journal: (a) => [a, 100],
  begin_top_up: (a) => [a],
  catalog_outlook: () => [
    json([{ version: 2, effectiveFrom: '2031-01-01T00:00:00Z', kinds: {}, plans: {}, packs: {} }]),
  ],
  catalog_version: () => [1],
  charge_cancelled: (a) => [a, 'open', 1],
  change_plan: (a) => [
    a,
    's',
    newId('k'),
    json({ planId: 'advanced-monthly', paymentReference: newId('pay') }),
  ],
  watermark: () => [],
  advance_watermark: () => [],
  open_restored: () => [1, 'x', 'x'],
  remembered_standing: (a) => [json([{ accountId: a, what: 'grant', id: 'k' }])],
  redo_lost: (a) => [a, 'grant', newId('k'), json(promotion(1)), 'x', 'x'],
  waive_lost: (a) => [a, 'generation', newId('r'), 'x', 'x'],
  act_differences: (a) => [json([{ accountId: a, acts: 1, link: '', earlier: 0, digest: '' }])],
  checkpoint_acts: (a) => [a, 100],
  checkpoint_version: () => [1],
  checkpoint_differences: (a) => [json([{ accountId: a, version: 1, link: '' }])],
  checkpoint_page: (a) => [a, 100],
  close_purchase_by_hand: (a) => [a, newId('p'), 'voided', 'x', 'x'],
  close_purchase: (a) => [a, newId('p'), 'voided', 'cancelled'],
  'close_purchase, and never again': (a) => [a, newId('p'), 'voided', 'cancelled', true],
  confirm_reconciliation: () => [newId('pass'), 'x', 'x', 'x'],
  commit_reservation: (a) => [a, 'open', 1, 'https://example.com/output'],
  deduct_credits: (a) => [a, newId('k'), json({ credits: 1, reason: 'x', by: 'x' })],
  digest_beginning: (a) => [a, 0, '', 100],
  entry_proof: (a) => [a, 1, 3],
  dismiss_notice: (a) => [a, 1, 'x', 'x'],
  drop_ended_ticket: (a) => [a, 'waiting'],
  due_cycles: (a) => [START, START, a, 5],
  due_expiries: (a) => [START, START, a, 5],
  due_reservations: (a) => [START, a, 'r', START, 5],
  effective_catalog: () => [],
  end_subscription_by_hand: (a) => [a, newId('s'), 'x', 'x'],
  end_subscription_now: (a) => [a, newId('s'), newId('k')],
  ended_grants: (a) => [START, START, a, 5],
  erase_account: (a) => [a, 'x', 'x'],
  expire_grants: (a) => [a],
  expire_term: (a) => [a, 's', 1],
  extend_hold: (a) => [a, 'open', HOLD_MS],
  extend_holds: (a) => [[a, a], ['open', 'r'], HOLD_MS],
  forget_declines: (a) => [a, 'x', 'x'],
  grant_by_workflow: (a) => [a, newId('k'), json(promotion(5)), 1e6, 1e12, NEVER, 'x'],
  grant_credits: (a) => [a, newId('k'), json({ ...promotion(5), costCents: 1, currency: 'USD' })],
  grant_cycles: (a) => [a, 's'],
  grant_origin: (a) => [a, 1],
  instant: () => [START],
  is_live: () => [START, START],
  ledger_id: () => [],
  next_notice: (a) => [a],
  note_missing: (a) => [a, 'open', 'pass'],
  note_unsettled: (a) => [a, 'open'],
  operator_limits: (a) => [a],
  open_purchase: (a) => [
    ...[a, newId('p'), json({ ...PACK, currency: 'USD', paymentMethod: 'card' })],
    NEVER,
  ],
  open_requests: (a) => [a, 5],
  outbox_delivered: (a) => [a, [1, 2]],
  open_work: () => [60_000],
  overdue_heads: () => [60_000, 5],
  plan_cycle_from: (a) => [a, 's', 'lite-monthly', '2031-01-01T00:00:00Z'],
  purchase: (a) => [a, 'p'],
  queue_page: (a) => [a, 1, 5],
  reconciliation_scope: () => [],
  schema_levels: () => [],
  recorded_temporal_identity: () => [],
  release_by_hand: (a) => [a, newId('r'), 'x', 'x'],
  release_reservation: (a) => [a, newId('r'), 'cancelled'],
  renew: (a) => [a, 's', newId('pay'), START],
  renew_subscription: (a) => [a, 's', newId('pay'), '2030-01-01T00:00:00.000000001Z'],
  request: (a) => [a, 'open'],
  request_cancel: (a) => [a, 'open', 60],
  reserve_credits: (a) => [
    a,
    ...reserved(newId('r'), 1, { maxCredits: 5, metadata: { key: 'value' } }),
    null,
  ],
  refuse_credits: (a) => [a, ...reserved(newId('r'), 1).slice(0, 4)],
  'reserve_credits, and wait for': (a) => [
    a,
    ...reserved(newId('r'), 1e9),
    json({ timeout: 'P1D', placesMax: 1e6, requestBytes: 10, bytesMax: 1e9 }),
  ],
  'reserve_credits, and wait until': (a) => [
    a,
    ...reserved(newId('r'), 1e9),
    json({ until: '2030-06-01T00:00:00Z' }),
  ],
  'reserve_credits, in time': (a) => [a, ...reserved(newId('r'), 1), null, NEVER],
  resume_request: (a) => [a, 'waiting', 500, 1, HOLD_MS],
  return_stray_payment: (a) => [a, 'p', 'stray'],
  server_clock: () => [],
  set_cancellation: (a) => [a, 's', newId('k'), true],
  set_limits: (a) => [
    a,
    newId('k'),
    json({ dailyCreditsMax: 1e6, generationCreditsMax: 1e6, concurrentGenerationsMax: 1e6 }),
  ],
  'set_limits, by a command': (a) => [a, newId('k'), json({ dailyCreditsMax: 1e6 }), TIMES],
  set_for_owner: (a) => [
    ...[a, 'low-balance', newId('k'), json([{ credits: 5 }]), true],
    json({ reason: 'x', by: 'x', service: 'x', claimedIdentity: 'x' }),
    TIMES,
  ],
  set_low_balance: (a) => [a, newId('k'), json([{ credits: 5 }, { percentOfCycle: 10 }])],
  'set_low_balance, by a command': (a) => [a, newId('k'), json([{ credits: 5 }]), TIMES],
  set_top_up: (a) => [
    a,
    newId('k'),
    json({ packId: 'pack-125', belowCredits: 1, monthlyCapCents: 4900, paymentMethod: 'card' }),
  ],
  'set_top_up, of a payment method': (a) => [
    a,
    newId('k'),
    json({ packId: 'pack-125', belowCredits: 1, monthlyCapCents: 4900, paymentMethod: 'card' }),
    ...[true, TIMES],
  ],
  set_operator_limits: (a) => [a, json({ dailyCreditsMax: 1e6, declinesMax: 1e6 }), 'x', 'x'],
  settle_notice: (a) => [a, 1, 'gone'],
  settle_purchase: (a) => [a, 'p', newId('pay')],
  stop_admissions: () => [newId(), 'ai-avatar', 'x', 'x'],
  'stop_admissions, by Temporal': () => [newId(), 'ai-avatar', 'x', 'x', TIMES, 'x'],
  stuck: () => [60_000, 5],
  subscribe: () => [newId(), 's', json({ ...LITE, timeZone: 'Europe/Berlin' })],
  subscription: (a) => [a, 's'],
  temporal_identity: () => ['c', 'n', 'default'],
  take_due_holds: () => [START, 'pass', 5],
  unattended_accounts: (a) => [START, START, a, 5],
  unfinished_purchases: (a) => [START, START, a, 'p', 5],
  unwatched_subscriptions: (a) => [START, START, a, 5],
  waiting_place: (a) => [a, 'waiting'],
  waiting_queue: (a) => [a],
  watch_purchase: (a) => [a, 'p', 1_000],
  watch_subscription: (a) => [a, 's', 1_000],
};

/** Calls the function directly: nothing parses or refuses before it. Returns an answer, a refusal, or an error that is not retryable. */
async function outcomeOf(name: string, args: Args): Promise<unknown> {
  const values = args.map((arg) => (isJson(arg) ? JSON.stringify(arg.json) : arg));
  try {
    const parameters = values.map((_, index) => `$${index + 1}`).join(', ');
    await serving.query(`SELECT * FROM holdfast.${name.split(',')[0]}(${parameters})`, values);
    return 'answered';
  } catch (thrown) {
    const error = translateError(thrown);
    return ['VALUE_NOT_STORABLE', 'LEDGER_RULE_BROKEN'].includes(error.code) ? 'answered' : error;
  }
}

function isJson(arg: unknown): arg is { json: unknown } {
  return typeof arg === 'object' && arg !== null && 'json' in arg;
}

/** One of everything that an operation may act on. */
async function furnished(): Promise<string> {
  const account = newId();
  const { ledger } = books;
  await granted(ledger.subscriptions.subscribe(account, 's', LITE));
  await granted(books.reserve(account, 'open', 5));
  await granted(ledger.purchases.open(account, 'p', PACK));
  await granted(ledger.purchases.settle(account, 'p', 'paid'));
  await granted(ledger.purchases.settle(account, 'p', 'stray'));
  await books.park(account, 'waiting', 500);
  return account;
}

test('every function that a role may call is tested here', async () => {
  const { rows } = await books.owner.query(
    `SELECT DISTINCT proname FROM pg_proc
     WHERE pronamespace = 'holdfast'::regnamespace AND prosecdef`,
  );
  const names = rows.map(({ proname }) => proname).sort();
  expect([...new Set(Object.keys(FUNCTIONS).map((name) => name.split(',')[0]))].sort()).toEqual(
    names,
  );
});

const taking = Object.entries(FUNCTIONS).filter(([, args]) => args('a').length > 0);

test.each(taking)('%s answers or refuses every value', async (name, args) => {
  const account = await furnished();
  tried.add(account);
  expect(await outcomeOf(name, args(account))).toBe('answered');
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...leavesOf(args(account))), hostile, async (path, value) => {
      expect(await outcomeOf(name, withHostile(args(account), path, value))).toBe('answered');
    }),
    { numRuns: 15, endOnFailure: true },
  );
  // The connections serve on, and the account too.
  expect(await books.ledger.balance(account)).toMatchObject({ accountId: account });
});

test('each function answers or refuses each hostile text in each place', async () => {
  const account = await furnished();
  for (const [name, args] of taking) {
    for (const path of leavesOf(args(account))) {
      const outcomes = EACH_HOSTILE_TEXT.map((text) =>
        outcomeOf(name, withHostile(args(account), path, text)),
      );
      expect({ name, path, outcomes: new Set(await Promise.all(outcomes)) }).toEqual({
        ...{ name, path, outcomes: new Set(['answered']) },
      });
    }
  }
});
