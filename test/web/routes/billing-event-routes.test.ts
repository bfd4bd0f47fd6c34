import { told } from '../../ledger/billing/told';
import { eventually } from '../../support/eventually';
import { uniqueId } from '../../workflows/harness';
import { expectProblem, openWeb, serviceToken, tokenOf, type Web } from '../harness';

let web: Web;
let token: string;
beforeAll(async () => {
  web = await openWeb();
  await web.stack.startWorker();
  token = await serviceToken('billing-events:write', 'billing-events:read', 'interventions:write');
});
afterAll(() => web.close());

async function ask(method: string, path: string, body?: object, by = token) {
  const response = await fetch(`${web.url}/v1${path}`, {
    method,
    headers: {
      authorization: `Bearer ${by}`,
      ...(body && { 'content-type': 'application/json' }),
    },
    body: body && JSON.stringify(body),
  });
  return {
    status: response.status,
    headers: response.headers,
    body: (await response.json()) as Record<string, unknown>,
  };
}

function paid(accountId: string, more: object = {}) {
  const eventId = uniqueId('evt');
  return told(eventId, 'invoice-paid', {
    ...{ accountId, subscriptionId: 's', planId: 'lite-monthly', paymentReference: eventId },
    ...more,
  });
}

test('an event is kept, applied, and read by its source and id', async () => {
  const account = uniqueId('acme');
  const event = paid(account);
  const first = await ask('POST', '/billing-events', event);
  expect(first).toMatchObject({
    status: 202,
    body: { eventId: event.eventId, accountId: account },
  });
  const path = `/billing-events/test/${event.eventId}`;
  await eventually(async () => (await ask('GET', path)).body.state === 'applied');
  const again = await ask('POST', '/billing-events', event);
  expect(again).toMatchObject({ status: 202, body: { state: 'applied' } });
  expect(again.headers.get('idempotent-replayed')).toBe('true');
  expectProblem(
    await ask('POST', '/billing-events', { ...event, planId: 'other' }),
    ...([422, 'IDEMPOTENCY_CONFLICT'] as const),
  );
  const list = await ask('GET', `/billing-events?accountId=${account}&state=applied`);
  expect(list.body).toMatchObject({ events: [{ eventId: event.eventId }], next: null });
  expectProblem(await ask('GET', '/billing-events/test/none'), 404, 'BILLING_EVENT_NOT_FOUND');
});

test('what makes no sense is refused, and kept nowhere', async () => {
  const event = paid(uniqueId('acme'));
  const wrong: [object, string][] = [
    [{ occurredAt: 'yesterday' }, 'INVALID_TIME'],
    [{ accountId: 'a b' }, 'INVALID_ACCOUNT_ID'],
    [{ source: 'Stripe!' }, 'INVALID_ARGUMENT'],
    [{ paymentReference: '' }, 'INVALID_PAYMENT_REFERENCE'],
    [{ more: 1 }, 'INVALID_ARGUMENT'],
    [{ amountCents: 1.5 }, 'INVALID_ARGUMENT'],
  ];
  for (const [members, code] of wrong)
    expectProblem(await ask('POST', '/billing-events', { ...event, ...members }), 400, code);
  expectProblem(
    await ask('GET', `/billing-events/test/${event.eventId}`),
    ...([404, 'BILLING_EVENT_NOT_FOUND'] as const),
  );
});

test('an account’s own token tells and reads no events', async () => {
  const own = await tokenOf('acme', { scope: 'billing-events:write billing-events:read' });
  expectProblem(await ask('POST', '/billing-events', paid('acme'), own), 403, 'FORBIDDEN');
  expectProblem(await ask('GET', '/billing-events', undefined, own), 403, 'FORBIDDEN');
});

test('without an operator’s login no event is retried or closed', async () => {
  const event = paid(uniqueId('acme'), { planId: undefined, priceId: 'unmapped' });
  await ask('POST', '/billing-events', event);
  const path = `/billing-events/test/${event.eventId}`;
  for (const act of ['retry', 'close'])
    expectProblem(
      await ask('POST', `${path}/${act}`, { reason: 'Ticket 4711' }),
      ...([501, 'OPERATORS_NOT_SERVED'] as const),
    );
});
