import { channel, subscribe, unsubscribe } from 'node:diagnostics_channel';
import { z } from 'zod';
import { history } from '../../contract/history';
import { outboxMessage } from '../../contract/outbox';
import { usageSlice } from '../../contract/usage';
import type { FunctionName } from '../../ledger/connection/calls';
import { FUNCTIONS } from '../../ledger/functions';
import { START, TestLedger } from '../ledger/ledger-support';
import { ANSWERS_CHANNEL, type Answered, misfitsOf } from '../support/ledger-answers';
import { misfitsIn } from '../support/misfits';
import { Coverage } from './coverage';
import { STORIES } from './stories/stories';

/** Outcomes that the operation of this name never has. */
const NEVER: Partial<Record<FunctionName, string[]>> = {
  expire_grants: ['again', 'refused'],
  begin_top_up: ['again', 'refused', 'with messages'],
  open_purchase: ['with messages'],
  stop_admissions: ['with messages'],
  admit_again: ['again'],
  set_operator_limits: ['refused'],
  forget_declines: ['again', 'refused'],
  attend_account: ['again', 'refused'],
  waive_lost: ['refused', 'with messages'],
  record_billing_event: ['with messages'],
  fail_billing_event: ['with messages'],
  retry_billing_event: ['with messages'],
  close_billing_event: ['with messages'],
  // Called by the connection alone, of a request that has just been found waiting.
  drop_ended_ticket: ['again', 'refused'],
};

/** Functions that answer with lists, numbers, texts or nothing. */
const WITHOUT_MEMBERS = [
  ...['account_notices', 'account_stamps', 'open_requests', 'note_missing', 'is_live', 'instant'],
  ...[
    'settle_notice',
    'outbox_delivered',
    'watch_billing_event',
    'extend_hold',
    'watch_subscription',
    'watch_purchase',
  ],
  ...['ledger_id', 'server_clock', 'confirm_reconciliation', 'extend_holds', 'note_unsettled'],
  ...['last_version_before', 'versions_of_request'],
  // Each of its answers is also told as its operation's.
  'run_batch',
  ...['import_accounts', 'audit_mark', 'checkpoint_differences', 'act_differences'],
  'remembered_standing',
];

const usage = z.array(usageSlice);

const coverage = new Coverage();
const seen = new Map<FunctionName, Set<string>>();
const samples = new Map<FunctionName, Record<string, unknown>>();
let books: TestLedger;

interface Envelope {
  result?: unknown;
  replayed?: boolean;
  refusal?: unknown;
  outbox?: unknown[];
}

function watch(message: unknown): void {
  const { name, answers } = message as Answered;
  for (const answer of answers) see(name, answer);
}

/** Records an operation's value and how it was answered. */
function see(name: FunctionName, answer: unknown): void {
  const { kind, answer: schema } = FUNCTIONS[name];
  const ways = seen.get(name) ?? new Set();
  seen.set(name, ways);
  const envelope = kind === 'operation' ? (answer as Envelope) : { result: answer };
  const { result, replayed, refusal, outbox = [] } = envelope;
  if (result instanceof Object && !WITHOUT_MEMBERS.includes(name))
    samples.set(name, result as Record<string, unknown>);
  if (!refusal) coverage.see(schema, result);
  for (const message of outbox) coverage.see(outboxMessage, message);
  if (outbox.length > 0) ways.add('with messages');
  ways.add(refusal ? 'refused' : replayed ? 'again' : 'done');
}

beforeAll(async () => {
  for (const [name, { answer }] of Object.entries(FUNCTIONS)) coverage.expect(name, answer);
  coverage.expect('outbox', outboxMessage);
  coverage.expect('history', history);
  coverage.expect('usage', usage);
  // As in every test file: see test/support/check-answers.ts.
  expect(channel(ANSWERS_CHANNEL).hasSubscribers).toBe(true);
  subscribe(ANSWERS_CHANNEL, watch);
  books = await TestLedger.open();
});
beforeEach(async () => {
  await books.setClock(START);
  books.isCut = true;
});
afterAll(async () => {
  unsubscribe(ANSWERS_CHANNEL, watch);
  await books.close();
});

test.each(STORIES)('%s: every answer fits its schema', async (name, story) => {
  books.isCut = name !== 'reconciliation';
  await story(books);
});

test('what is read with queries of its own fits its schema', async () => {
  const { rows } = await books.owner.query<{ account_id: string }>(
    'SELECT account_id FROM holdfast.accounts',
  );
  for (const { account_id } of rows) {
    for (const page of [{}, { limit: 1 }]) {
      const read = await books.ledger.history(account_id, page);
      expect(misfitsIn('history', history, read)).toEqual([]);
      coverage.see(history, read);
    }
    const slices = await books.ledger.usage(account_id, START);
    expect(misfitsIn('usage', usage, slices)).toEqual([]);
    coverage.see(usage, slices);
  }
});

describe('after all of them', () => {
  test('every function has answered', () => {
    expect(Object.keys(FUNCTIONS).filter((name) => !seen.has(name as FunctionName))).toEqual([]);
  });

  test('every operation has been done, repeated and refused, and has carried messages', () => {
    const operations = Object.entries(FUNCTIONS).filter(([, { kind }]) => kind === 'operation');
    const lacking = operations.map(([name]) => {
      const ways = seen.get(name as FunctionName);
      return [
        name,
        ['done', 'again', 'refused', 'with messages'].filter((way) => !ways?.has(way)),
      ] as const;
    });
    expect(Object.fromEntries(lacking.filter(([, ways]) => ways.length > 0))).toEqual(NEVER);
  });

  test('every variant of every schema has been answered', () => {
    expect(coverage.missing()).toEqual([
      // Published as nullable; every grant has an end.
      'grant_credits.expiresAt: null',
      'balance.grants[].expiresAt: null',
      // A service may keep its server's identifier to itself.
      'watermark.database: null',
    ]);
  });
});

describe('an answer does not fit', () => {
  /** A changed copy of an answer that was seen. */
  function misfits(
    name: FunctionName,
    change: (answer: Record<string, unknown>) => object,
  ): string[] {
    const changed = change(samples.get(name) ?? {});
    return misfitsOf({
      name,
      answers: [FUNCTIONS[name].kind === 'operation' ? { result: changed } : changed],
    });
  }

  const names = Object.keys(FUNCTIONS) as FunctionName[];

  test.each(names)('%s: with a member more, or less, or of another type', (name) => {
    const sample = samples.get(name);
    if (!sample) return expect(WITHOUT_MEMBERS).toContain(name);
    expect(misfits(name, (answer) => answer)).toEqual([]);
    expect(misfits(name, (answer) => ({ ...answer, further: 1 }))).not.toEqual([]);
    for (const member of requiredMembers(FUNCTIONS[name].answer, sample)) {
      expect([member, misfits(name, ({ [member]: _, ...others }) => others)]).not.toEqual([
        member,
        [],
      ]);
      const another = { ...sample, [member]: [['no such type']] };
      expect([member, misfits(name, () => another)]).not.toEqual([member, []]);
    }
  });
});

/** The members of the sample that an answer of its kind always has. */
function requiredMembers(schema: z.ZodType, sample: unknown): string[] {
  const { def } = (schema as unknown as z.core.$ZodTypes)._zod;
  if (def.type === 'nullable') return requiredMembers(def.innerType as z.ZodType, sample);
  if (def.type === 'union') {
    return requiredMembers(
      def.options.find((option) => (option as z.ZodType).safeParse(sample).success) as z.ZodType,
      sample,
    );
  }
  if (def.type !== 'object') throw new Error(`No object: ${def.type}.`);
  return Object.keys(def.shape).filter(
    (key) => !(def.shape[key] as z.ZodType).safeParse(undefined).success,
  );
}
