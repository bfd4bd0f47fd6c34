import { createLedger, type Ledger } from '../../../../ledger/ledger';
import { uniqueId } from '../../../workflows/harness';
import { expectProblem, openWeb, serve, serviceToken, type Web } from '../../harness';

let web: Web;
let operators: Ledger;
let token: string;
beforeAll(async () => {
  const opened = await openWeb();
  await opened.stack.setCatalog({ refund: 'unused' });
  await opened.stack.startWorker();
  operators = createLedger({ databaseUrl: opened.stack.database.operatorUrl });
  const operator = { ledger: operators, stuckIntervalMs: 60_000 };
  web = { ...opened, ...(await serve(opened.stack, { operator })) };
  token = await serviceToken('refunds:write', 'interventions:write');
});
afterAll(async () => {
  await web.app.close();
  await operators.close();
  await web.close();
});

async function buyer(paymentMethod?: string): Promise<string> {
  const accountId = uniqueId('acme');
  const { subscriptions, purchases } = web.stack.client;
  const paid = { planId: 'lite-monthly', paymentReference: 'p1' };
  await subscriptions.subscribe({ accountId, subscriptionId: 's', ...paid });
  const pack = { packId: 'pack-125', shownPriceCents: 4_900 };
  await purchases.buy({
    accountId,
    purchaseId: 'p',
    ...pack,
    ...(paymentMethod && { paymentMethod }),
  });
  return accountId;
}

const ask = (account: string, method: string, path: string, body?: object, key?: string) =>
  web.ask(account, method, path, { token, key, body });
const order = (account: string, amountCents: number, key = 'ticket-1') =>
  ask(account, 'POST', '/purchases/p/refund-orders', { amountCents, reason: 'Ticket' }, key);

test('a refund is ordered once per key, by the token’s subject, and read', async () => {
  const account = await buyer();
  const first = await order(account, 1_000);
  expect(first).toMatchObject({
    status: 200,
    body: { orderId: 'ticket-1', status: 'made', refund: { amountCents: 1_000, takenCredits: 26 } },
  });
  expect((await order(account, 1_000)).body).toEqual(first.body);
  expectProblem(await order(account, 1_001), 422, 'IDEMPOTENCY_CONFLICT');
  expectProblem(await order(account, 4_000, 'ticket-2'), 409, 'REFUND_EXCEEDS_PAYMENT');
  expect((await ask(account, 'GET', '/refund-orders/ticket-1')).body).toEqual(first.body);
  expectProblem(await ask(account, 'GET', '/refund-orders/none'), 404, 'REFUND_ORDER_NOT_FOUND');
  const { acts } = await web.stack.ledger.acts.read({ accountId: account, limit: 1 });
  expect(acts).toMatchObject([{ what: 'refund', by: 'studio', detail: { orderId: 'ticket-1' } }]);
});

test('an order that the provider does not decide is closed by hand', async () => {
  const account = await buyer('simulate-refund-pending');
  expect(await order(account, 4_900)).toMatchObject({ body: { status: 'open', heldCredits: 125 } });
  const close = () => ask(account, 'POST', '/refund-orders/ticket-1/close', { reason: 'Ticket' });
  expect(await close()).toMatchObject({ status: 200, body: { status: 'closed', heldCredits: 0 } });
  expect(await web.stack.client.balance(account)).toMatchObject({ refunded: 0 });
});
