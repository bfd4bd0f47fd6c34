import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { builtInCatalog } from '../../../catalog/catalog';
import { type Holdfast, uniqueId } from '../../workflows/harness';
import { park } from '../../workflows/waiting/waiting-support';
import { BRIEF, variablesOf } from '../command-line';

/** A command that has something to print, under a name that stays. */
export type Printing = [name: string, words: string[], variables?: Record<string, string>];

const BY = ['--reason', 'Because', '--by', 'sam'];
const AT_49 = ['--shown-price-cents', '4900'];

/**
 * Every command of v0.1.0 with all that it can print as JSON, in an order in which each finds what
 * it needs. `folder` takes the catalog files.
 */
export async function everyCommand(stack: Holdfast, folder: string): Promise<Printing[]> {
  const [acme, poor, queue] = [uniqueId('acme'), uniqueId('poor'), uniqueId('queue')];
  const brief = { ...variablesOf(stack), ...BRIEF };
  await stack.fund(poor, 1);
  await waitInVain(stack, queue);
  await told(stack, acme);
  await lose(stack, uniqueId('lost'));
  const next = nextCatalog(folder);
  return [
    ...payments(acme),
    ...generations(acme, poor, queue),
    ...settingsAndOperation(acme, brief, next),
  ];
}

/** Subscriptions, packs, refunds, grants and deductions. */
function payments(acme: string): Printing[] {
  return [
    [
      'subscribe',
      ['subscribe', acme, 'lite-monthly', '--payment-reference', 'p1', '--subscription-id', 's'],
    ],
    ['subscription', ['subscription', acme]],
    ['renew', ['renew', acme, '--payment-reference', 'p2']],
    [
      'change-plan',
      ['change-plan', acme, 'professional-monthly', '--payment-reference', 'p3', '--key', 'k'],
    ],
    ['buy', ['buy', acme, 'pack-125', ...AT_49, '--purchase-id', 'pack']],
    [
      'buy, declined',
      ['buy', acme, 'pack-125', ...AT_49, '--simulate', 'declined', '--purchase-id', 'declined'],
    ],
    [
      'buy, refused',
      ['buy', acme, 'pack-125', '--shown-price-cents', '1', '--purchase-id', 'dear'],
    ],
    [
      'refund',
      ['refund', acme, 'pack', '--told-by-provider', 're_1', '--amount-cents', '900', ...BY],
    ],
    ['dispute', ['dispute', acme, 'pack', '--told-by-provider', 'dp_1', '--state', 'open', ...BY]],
    [
      'dispute, won',
      ['dispute', acme, 'pack', '--told-by-provider', 'dp_1', '--state', 'won', ...BY],
    ],
    ['packs', ['packs']],
    [
      'grant',
      ['grant', acme, '5', '--source', 'promotion', ...BY, '--expires-at', '2100-01-01T00:00:00Z'],
    ],
    ['deduct', ['deduct', acme, '2', ...BY]],
  ];
}

/** Generations, and what shows them. */
function generations(acme: string, poor: string, queue: string): Printing[] {
  const film = ['generate', poor, 'ai-avatar', '--seconds', '60'];
  return [
    ['generate', ['generate', acme, 'text-to-image', '--request-id', 'image']],
    ['generate, released', ['generate', acme, 'text-to-image', '--simulate', 'permanent']],
    ['generate, rejected for want of credits', [...film, '--request-id', 'film']],
    ['generate, rejected for its price', ['generate', acme, 'text-to-image', '--max-credits', '1']],
    ['show', ['show', acme, 'image']],
    ['show, rejected', ['show', poor, 'film']],
    ['show, waited', ['show', queue, 'first']],
    ['waiting', ['waiting', queue]],
    ['quote', ['quote', 'text-to-video-veo3', '--seconds', '8', '--audio']],
    ['quote for an account', ['quote', 'text-to-image', '--account', queue]],
    ['balance', ['balance', acme]],
    ['history', ['history', acme]],
    ['notices', ['notices', acme]],
  ];
}

/** Settings, the end of the subscription, and what an operator runs. */
function settingsAndOperation(
  acme: string,
  brief: Record<string, string>,
  next: string,
): Printing[] {
  return [
    ['limits', ['limits', acme, '--daily', '500']],
    ['low-balance', ['low-balance', acme, '--below', '20', '--below', '10%']],
    [
      'top-up',
      [
        'top-up',
        acme,
        ...['--pack', 'pack-125', '--below', '1', '--cap-cents', '9800', '--payment-method', 'pm'],
      ],
    ],
    ['stop', ['stop', acme, ...BY]],
    ['limits with a stop', ['limits', acme]],
    ['stop of a kind', ['stop', acme, '--kind', 'ai-avatar', ...BY]],
    ['admit', ['admit', acme, ...BY]],
    ['cancel', ['cancel', acme]],
    ['resume', ['resume', acme]],
    ['cancel at once', ['cancel', acme, '--now', '--yes']],
    ['audit', ['audit'], brief],
    ['acts', ['acts', acme]],
    ['events', ['events', 'list', '--account', acme]],
    ['reconcile', ['reconcile']],
    ['restore compare', ['restore', 'compare']],
    ['restore redo', ['restore', 'redo', ...BY, '--yes']],
    ['restore open', ['restore', 'open', ...BY, '--yes']],
    ['restore waive', ['restore', 'waive', acme, 'generation', 'never', ...BY, '--yes']],
    ['doctor', ['doctor'], { ...brief, HOLDFAST_TASK_QUEUE: 'nobody-polls-this' }],
    ['setup', ['setup']],
    ['migrate', ['migrate']],
    ['catalog diff', ['catalog', 'diff', next]],
    ['catalog apply', ['catalog', 'apply', next]],
    ['catalog show', ['catalog', 'show']],
    ['help', ['balance', '--help']],
    ['an error', ['deduct', acme, '1000000', ...BY]],
  ];
}

/** Two waiting requests, and a stop that holds them up. */
async function waitInVain(stack: Holdfast, account: string): Promise<void> {
  await stack.fund(account, 3);
  for (const request of ['first', 'second']) await park(stack, account, request, 20);
  await stack.client.settings.stop({
    accountId: account,
    kind: 'ai-avatar',
    reason: 'an outage',
    by: 'sam',
  });
}

/** A notice of each type, of each state. */
async function told(stack: Holdfast, account: string): Promise<void> {
  const until = '2100-01-01T00:00:00.000Z';
  await stack.sql('INSERT INTO holdfast.accounts (account_id) VALUES ($1)', [account]);
  const news: [string, object][] = [
    [
      'balance-low',
      { left: 74, available: 70, threshold: { percentOfCycle: 50 }, thresholdCredits: 75 },
    ],
    ['balance-low', { left: 9, available: 9, threshold: { credits: 10 }, thresholdCredits: 10 }],
    ['ran-dry', { left: 1, available: 1, requestId: 'film', required: 1200 }],
    ['credits-expiring', { days: 7, credits: 150, expiresAt: until, renewBy: until }],
    [
      'top-up-failed',
      {
        ...{ packId: 'pack-125', priceCents: 4900, currency: 'USD', purchaseId: 'top-up-1' },
        ...{ reason: 'card-declined', retryAt: until, stopped: false },
      },
    ],
  ];
  for (const notice of news) {
    await stack.sql('SELECT holdfast.write_notice($1, $2, $3, NULL, now())', [account, ...notice]);
  }
  const settled =
    "SELECT holdfast.settle_notice($1, 1, NULL), holdfast.settle_notice($1, 2, 'Gone.')";
  await stack.sql(settled, [account]);
}

/** A reservation whose workflow was never there, for the audit and reconciliation to find. */
async function lose(stack: Holdfast, account: string): Promise<void> {
  await stack.fund(account, 10);
  const body = { kind: 'text-to-image' };
  await stack.ledger.reserve(account, 'lost', body, { credits: 2, catalogVersion: '1' }, 1);
  const past =
    "UPDATE holdfast.reservations SET expires_at = expires_at - interval '1 hour' WHERE account_id = $1";
  await stack.sql(past, [account]);
}

function nextCatalog(folder: string): string {
  const [first] = builtInCatalog();
  if (first === undefined) throw new Error('The built-in catalog is empty.');
  const { 'lite-monthly': lite, ...plans } = first.plans;
  const kinds = {
    ...first.kinds,
    song: { name: 'Song', price: { credits: 1 }, timeLimitSeconds: 60 },
  };
  const next = {
    ...first,
    version: 2,
    effectiveFrom: '2100-01-01T00:00:00Z',
    renewalGrace: 'P3D',
    kinds,
  };
  const file = path.join(folder, 'next.json');
  const changed = { ...plans, 'lite-monthly': { ...lite, credits: 180 } };
  writeFileSync(file, JSON.stringify({ versions: [{ ...next, plans: changed }] }));
  return file;
}
