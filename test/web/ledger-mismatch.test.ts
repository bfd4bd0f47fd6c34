import pino from 'pino';
import type { HoldfastClient } from '../../client/client';
import { startWeb } from '../../web/start';
import { loadWebConfig } from '../../web/web-config';
import { variablesOf } from '../cli/command-line';
import { eventually } from '../support/eventually';
import type { Holdfast } from '../workflows/harness';
import { openTwoProducts, type TwoProducts } from '../workflows/two-products';
import { AUDIENCE, expectProblem, ISSUER, SECRET, serve } from './harness';

const ACME = 'acme';
const PACK = { packId: 'pack-125', shownPriceCents: 4900 };

let products: TwoProducts;
beforeEach(async () => {
  products = await openTwoProducts();
});
afterEach(() => products.close());

const silent = pino({ level: 'silent' });
const webOf = (product: Holdfast) =>
  loadWebConfig({
    ...variablesOf(product),
    HOLDFAST_MIGRATION_DATABASE_URL: '',
    DATABASE_URL: product.database.webUrl,
    HOLDFAST_WEB_PORT: '0',
    HOLDFAST_JWT_ISSUER: ISSUER,
    HOLDFAST_JWT_AUDIENCE: AUDIENCE,
    HOLDFAST_JWT_SECRET: SECRET,
  });

async function subscribed({ subscriptions }: HoldfastClient): Promise<void> {
  await subscriptions.subscribe({
    accountId: ACME,
    subscriptionId: 's',
    planId: 'lite-monthly',
    paymentReference: 'p',
  });
}

test('the second of two products in one namespace starts neither web nor worker, and the first goes on', async () => {
  const { first, second } = products;
  await first.startWorker();
  await subscribed(first.client);
  const web = await startWeb(webOf(first), silent);
  const foreign = { code: 'LEDGER_MISMATCH' };
  await expect(startWeb(webOf(second), silent)).rejects.toMatchObject(foreign);
  await expect(second.startWorker(second.config)).rejects.toMatchObject(foreign);
  expect((await fetch(`${web.url}/health/ready`)).status).toBe(200);
  expect(
    await first.client.purchases.buy({ accountId: ACME, purchaseId: 'p', ...PACK }),
  ).toMatchObject({ status: 'granted' });
  await web.stop();
});

test('a web process that starts before the other product’s first worker has the namespace', async () => {
  const { first, second } = products;
  const web = await startWeb(webOf(second), silent);
  await expect(first.startWorker()).rejects.toMatchObject({ code: 'LEDGER_MISMATCH' });
  await web.stop();
});

test('a server whose namespace was given to another ledger is not ready, and begins nothing', async () => {
  const { first, second, clientOf, endRecord } = products;
  await first.startWorker();
  await subscribed(first.client);
  await second.ledger.subscriptions.subscribe(ACME, 's', {
    planId: 'lite-monthly',
    paymentReference: 'p',
  });
  await endRecord();
  const served = await serve(second, { client: clientOf(second) });
  const ready = async () => {
    const answer = await fetch(`${served.url}/health/ready`);
    return { status: answer.status, ...((await answer.json()) as object) };
  };
  try {
    expect(await ready()).toEqual({ status: 200, ready: true, ledger: 'ok', temporal: 'ok' });
    await endRecord();
    await clientOf(first).operations.checkLedger();
    const mismatch = { ready: false, ledger: 'ok', temporal: 'LEDGER_MISMATCH' };
    await eventually(async () => (await ready()).status === 503);
    expect(await ready()).toEqual({ status: 503, ...mismatch });

    const generation = { key: 'g', body: { kind: 'text-to-image' } };
    for (const [path, request] of [
      ['/generations', generation],
      ['/purchases', { key: 'p', body: PACK }],
    ] as const) {
      const answer = await served.ask(ACME, 'POST', path, request);
      expectProblem(answer, 503, 'LEDGER_MISMATCH', { retryable: false });
      // Which ledgers there are is for the operator, in the log.
      expect(JSON.stringify(answer.body)).not.toContain(await first.ledger.ledgerId());
    }
    expect(served.log.join('')).toContain('LEDGER_MISMATCH');
    expectProblem(await served.ask(ACME, 'GET', '/generations/own'), 503, 'LEDGER_MISMATCH');
    expect((await served.ask(ACME, 'GET', '/balance')).status).toBe(200);
    expect(await first.client.balance(ACME)).toMatchObject({ available: 150, reserved: 0 });
    expect(await first.payments.book()).toEqual([]);
  } finally {
    await served.app.close();
  }
});

test('an operator’s login of another ledger, and one of another role, start no process', async () => {
  const { first, second } = products;
  const start = (operatorDatabaseUrl: string) =>
    startWeb({ ...webOf(first), operatorDatabaseUrl }, silent);
  await expect(start(second.database.operatorUrl)).rejects.toMatchObject({
    code: 'LEDGER_MISMATCH',
  });
  await expect(start(first.database.webUrl)).rejects.toMatchObject({
    code: 'LEDGER_ACCESS_DENIED',
  });
});
