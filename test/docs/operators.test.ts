import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { GenerationRequest } from '../../client/client';
import { eventually } from '../support/eventually';
import { type Holdfast, openHoldfast, uniqueId } from '../workflows/harness';
import { simulated } from '../workflows/purchase/shop';

const PAGE = readFileSync(join(__dirname, '..', '..', 'docs', 'how-to', 'operators.md'), 'utf8');
const QUERIES = new Map(
  [...PAGE.matchAll(/^\| (?!to find|---)(.+?) \| `(.+)` \|$/gm)].map(
    ([, what = '', query = '']) => [what, query],
  ),
);

let holdfast: Holdfast;
const account = uniqueId('acme');
const ended = uniqueId('ended');

beforeAll(async () => {
  holdfast = await openHoldfast();
  const refusing = { deliver: () => Promise.reject(new Error('The receiver is down.')) };
  await holdfast.startWorker({}, { notifier: refusing });
  await holdfast.setCatalog({ plans: { brief: { name: 'Brief', credits: 5, cycle: 'PT1S' } } });
  await Promise.all([oneOfEach(), endOne()]);
});
afterAll(() => holdfast.close());

async function endOne(): Promise<void> {
  const subscription = {
    accountId: ended,
    subscriptionId: 's',
    planId: 'brief',
    paymentReference: 'p',
  };
  await holdfast.client.subscriptions.subscribe(subscription);
}

/** The account's workflows, one for each thing that an operator may look for. */
async function oneOfEach(): Promise<void> {
  const { client, ledger } = holdfast;
  const { generations, purchases, subscriptions, settings } = client;
  await subscriptions.subscribe({
    accountId: account,
    subscriptionId: 's',
    planId: 'lite-monthly',
    paymentReference: 'p',
  });
  const generate = (requestId: string, more: Partial<GenerationRequest>) =>
    generations.start({ accountId: account, requestId, kind: 'text-to-image', ...more });

  await generate('avatar', { kind: 'ai-avatar', seconds: 3 });
  await generate('dear', { kind: 'ai-avatar', seconds: 3_000 });
  await generate('broken', { input: { simulate: 'permanent' } });
  await generate('unpaid', { input: { simulate: 'slow' } });
  await ledger.release(account, 'unpaid', 'by hand');
  await generate('parked', { kind: 'ai-avatar', seconds: 3_000, onInsufficientCredits: 'wait' });
  const pack = { accountId: account, packId: 'pack-125', shownPriceCents: 4900 };
  await purchases.buy({ ...pack, purchaseId: 'transfer', ...simulated('pending') });
  await purchases.buy({ ...pack, purchaseId: 'declined', ...simulated('declined') });
  await purchases.buy({ ...pack, purchaseId: 'outdated', shownPriceCents: 1 });
  await purchases.buy({ ...pack, purchaseId: 'twice' });
  const again = await holdfast.payments.takeAgain(`purchase/${account}/twice`);
  await ledger.purchases.settle(
    account,
    'twice',
    'paymentId' in again ? String(again.paymentId) : '',
  );
  await purchases.paymentUpdated(account, 'twice');
  const topUp = {
    packId: 'pack-125',
    belowCredits: 100,
    monthlyCapCents: 4900,
    ...simulated('declined'),
  };
  await settings.setTopUp({ accountId: account, key: 'k', topUp });
  for (const requestId of ['avatar', 'broken', 'unpaid'])
    await generations.result(account, requestId);
  await client.reconciliation.run();
}

/** The query of the page for this file's workflows. */
function asked(query: string): string {
  const own = query.includes('reconciliationWorkflow')
    ? `TaskQueue = "${holdfast.config.taskQueue}"`
    : `HoldfastAccount IN ("${account}", "${ended}")`;
  return `${query.replace('"acme"', `"${account}"`)} AND ${own}`;
}

async function found(query: string): Promise<string[]> {
  const ids: string[] = [];
  for await (const { workflowId } of holdfast.temporal.client.workflow.list({
    query: asked(query),
  }))
    ids.push(workflowId);
  return ids.sort();
}

const of = (...names: string[]) =>
  names.map((name) => name.replace('ACCOUNT', account).replace('ENDED', ended)).sort();
const RUNNING = [
  'generation/ACCOUNT/parked',
  'notices/ACCOUNT',
  'purchase/ACCOUNT/transfer',
  'subscription/ACCOUNT/s',
  'top-up/ACCOUNT',
];

const EXPECTED: Record<string, string[]> = {
  'everything of an account': [
    ...RUNNING,
    ...['avatar', 'broken', 'dear', 'unpaid'].map((id) => `generation/ACCOUNT/${id}`),
    ...['declined', 'outdated', 'top-up-1', 'twice'].map((id) => `purchase/ACCOUNT/${id}`),
    'settings/ACCOUNT/k',
  ],
  'what an account has running': RUNNING,
  'generations of a kind': [
    'generation/ACCOUNT/avatar',
    'generation/ACCOUNT/dear',
    'generation/ACCOUNT/parked',
  ],
  'generations that were turned away': ['generation/ACCOUNT/dear'],
  'generations that failed, and gave everything back': ['generation/ACCOUNT/broken'],
  'generations whose output was not paid for': ['generation/ACCOUNT/unpaid'],
  'generations that wait for credits': ['generation/ACCOUNT/parked'],
  'live subscriptions of a plan': ['subscription/ACCOUNT/s'],
  'ends of subscriptions that wait for their window': ['expiry/ENDED/s/1'],
  'purchases that are not decided': ['purchase/ACCOUNT/transfer'],
  'purchases that were refused or declined': [
    ...['declined', 'outdated', 'top-up-1'].map((id) => `purchase/ACCOUNT/${id}`),
  ],
  'purchases that were paid more than once': ['purchase/ACCOUNT/twice'],
  'top-ups that wait after a decline': ['top-up/ACCOUNT'],
  'notices that are not delivered yet': ['notices/ACCOUNT'],
  'changes of settings': ['settings/ACCOUNT/k'],
};

test('every query of the page is tried here', () => {
  expect([...QUERIES.keys()].sort()).toEqual(
    [...Object.keys(EXPECTED), 'passes of reconciliation'].sort(),
  );
});

test.each(Object.entries(EXPECTED))('%s', async (what, ids) => {
  const query = String(QUERIES.get(what));
  const all = of(...ids);
  // Everything of an account may hold more than one run of a workflow.
  await eventually(
    async () => JSON.stringify([...new Set(await found(query))]) === JSON.stringify(all),
  );
});

test('passes of reconciliation', async () => {
  const query = String(QUERIES.get('passes of reconciliation'));
  await eventually(async () => (await found(query)).length === 1);
});
