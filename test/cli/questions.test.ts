import { type Holdfast, openHoldfast, uniqueId } from '../workflows/harness';
import { startOnTerminal, variablesOf } from './command-line';

let stack: Holdfast;
let variables: Record<string, string>;
beforeAll(async () => {
  stack = await openHoldfast();
  variables = variablesOf(stack);
  await stack.startWorker();
});
afterAll(() => stack.closeSettled());

async function subscribed(): Promise<string> {
  const accountId = uniqueId('acme');
  const request = {
    accountId,
    subscriptionId: 's',
    planId: 'lite-monthly',
    paymentReference: 'pay-1',
  };
  await stack.client.subscriptions.subscribe(request);
  return accountId;
}

/** On a pseudo-terminal: what was to be seen on it, and how it ended. */
async function asked(question: string, answer: string, ...words: string[]) {
  const command = startOnTerminal(variables, words);
  await command.says(`${question} [y/N] `);
  command.types(answer);
  const { code, stdout } = await command.ended;
  return { code, seen: stdout.replaceAll('\r\n', '\n') };
}

const NO: [string, string][] = [
  ['a no', 'n\r'],
  ['Enter alone', '\r'],
  ['anything else', 'yesterday\r'],
  ['Ctrl-C', '\x03'],
  ['Ctrl-D', '\x04'],
];

describe('buy', () => {
  test('shows the price and how long the credits are valid, and buys after a yes', async () => {
    const acme = await subscribed();
    const { code, seen } = await asked(
      'Buy it?',
      'y\r',
      'buy',
      acme,
      'pack-125',
      '--purchase-id',
      'p',
    );
    expect(seen).toMatch(
      /^pack-125: 125 credits for 49 USD, valid until [\d-]+ [\d:]+Z, longer if the subscription is renewed\.\n[\s\S]*\nBought: 125 credits /,
    );
    expect(code).toBe(0);
    expect(await stack.client.purchases.get(acme, 'p')).toMatchObject({
      status: 'granted',
      priceCents: 4900,
    });
  });

  test.each(NO)('leaves everything alone after %s', async (_what, answer) => {
    const acme = await subscribed();
    const { code, seen } = await asked(
      'Buy it?',
      answer,
      'buy',
      acme,
      'pack-125',
      '--purchase-id',
      'p',
    );
    expect(seen).toMatch(/Nothing was changed\.\n$/);
    expect(code).toBe(5);
    expect(await stack.client.purchases.get(acme, 'p')).toBeNull();
    expect(await stack.ledger.balance(acme)).toMatchObject({ granted: 150 });
  });

  test('asks nothing if nothing could be bought, nor with --json', async () => {
    const [unsubscribed, json] = await Promise.all([
      startOnTerminal(variables, ['buy', uniqueId('nobody'), 'pack-125']).ended,
      startOnTerminal(variables, ['buy', await subscribed(), 'pack-125', '--json']).ended,
    ]);
    expect(unsubscribed.stdout).toMatch(/^SUBSCRIPTION_REQUIRED: /);
    expect(unsubscribed.code).toBe(3);
    expect(JSON.parse(json.stdout)).toMatchObject({
      error: { code: 'INVALID_ARGUMENT', priceCents: 4900 },
    });
    expect(json.code).toBe(2);
  });
});

describe('cancel --now', () => {
  test('prints what would expire, and ends the subscription after a yes', async () => {
    const acme = await subscribed();
    const { code, seen } = await asked(
      'End subscription s now?',
      'yes\r',
      'cancel',
      acme,
      '--now',
      '--key',
      'k',
    );
    expect(seen).toMatch(
      /^Ending subscription s now would expire 150 credits at once, [\s\S]*\nEnded: 150 credits expired, /,
    );
    expect(code).toBe(0);
    expect(await stack.client.subscriptions.get(acme)).toMatchObject({ closedWhy: 'ended-now' });
  });

  test.each(NO)('leaves everything alone after %s', async (_what, answer) => {
    const acme = await subscribed();
    const { code, seen } = await asked('End subscription s now?', answer, 'cancel', acme, '--now');
    expect(seen).toMatch(/Nothing was changed\.\n$/);
    expect(code).toBe(5);
    expect(await stack.client.subscriptions.get(acme)).toMatchObject({ status: 'active' });
    expect(await stack.ledger.balance(acme)).toMatchObject({ available: 150, expired: 0 });
  });

  test('doesn’t ask with --yes', async () => {
    const acme = await subscribed();
    const { code, stdout } = await startOnTerminal(variables, ['cancel', acme, '--now', '--yes'])
      .ended;
    expect(stdout).toMatch(/^Ended: 150 credits expired/);
    expect(code).toBe(0);
  });
});
