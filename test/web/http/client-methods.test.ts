import { Client, Connection } from '@temporalio/client';
import type { OpenAPIV3_1 } from 'openapi-types';
import { createHoldfastClient } from '../../../client/client';
import { methodsOfClient } from '../../support/client-methods';
import { openWeb } from '../harness';

const connection = Connection.lazy();
const client = createHoldfastClient({ temporal: new Client({ connection }) });

let routes: string[];
beforeAll(async () => {
  const web = await openWeb();
  const { paths } = (await (await fetch(`${web.url}/openapi.json`)).json()) as OpenAPIV3_1.Document;
  routes = Object.entries(paths ?? {}).flatMap(([path, methods]) =>
    Object.keys(methods ?? {}).map(
      (method) => `${method.toUpperCase()} ${path.replace('/v1/accounts/{accountId}', '')}`,
    ),
  );
  await web.close();
});
afterAll(() => connection.close());

const INSTALLS = 'sets up or inspects a namespace, for which its caller has Temporal itself';

/** Every method of the client: its route, or why HTTP has none. */
const METHODS: Record<string, string> = {
  quote: 'GET /quotes',
  balance: 'GET /balance',
  history: 'GET /history',
  usage: 'GET /usage',
  waiting: 'GET /waiting',
  notices: 'GET /notices',
  packs: 'GET /packs',
  'generations.start': 'POST /generations',
  'generations.result': 'GET /generations/{requestId}',
  'generations.cancel': 'DELETE /generations/{requestId}',
  'generations.status': 'GET /generations/{requestId}',
  'generations.open': 'GET /generations',
  'grants.create': 'POST /grants',
  'subscriptions.subscribe': 'POST /subscriptions',
  'subscriptions.changePlan': 'PUT /subscriptions/{subscriptionId}/plan',
  'subscriptions.cancelAtPeriodEnd': 'PUT /subscriptions/{subscriptionId}/cancellation',
  'subscriptions.resume': 'DELETE /subscriptions/{subscriptionId}/cancellation',
  'subscriptions.endNow': 'POST /subscriptions/{subscriptionId}/end',
  'subscriptions.renew': 'POST /subscriptions/{subscriptionId}/renewals',
  'subscriptions.get': 'GET /subscriptions/{subscriptionId}',
  'subscriptions.workflowState': `none: ${INSTALLS}`,
  'purchases.buy': 'POST /purchases',
  'purchases.result': 'GET /purchases/{purchaseId}',
  'purchases.get': 'GET /purchases/{purchaseId}',
  'purchases.paymentUpdated': 'POST /purchases/{purchaseId}/payment-updates',
  'purchases.cancel': 'DELETE /purchases/{purchaseId}',
  'refunds.order': 'POST /purchases/{purchaseId}/refund-orders',
  'refunds.get': 'GET /refund-orders/{orderId}',
  'billingEvents.takeUp': 'POST /v1/billing-events',
  'settings.get': 'GET /settings',
  'settings.setLimits': 'PUT /settings/limits',
  'settings.setLowBalance': 'PUT /settings/low-balance',
  'settings.setTopUp': 'PUT /settings/top-up',
  'settings.stop': 'POST /v1/stops',
  'settings.admit': 'POST /v1/stops/end',
  'reconciliation.run': 'POST /v1/reconciliations',
  'reconciliation.schedule': `none: ${INSTALLS}`,
  'operations.registerSearchAttributes': `none: ${INSTALLS}`,
  'operations.searchAttributes': `none: ${INSTALLS}`,
  'operations.createNamespace': `none: ${INSTALLS}`,
  'operations.retentionSeconds': `none: ${INSTALLS}`,
  'operations.serverClock': `none: ${INSTALLS}`,
  'operations.failingWorkflows': `none: ${INSTALLS}`,
  'operations.checkLedger': 'GET /health/ready',
  'operations.recordedLedger': `none: ${INSTALLS}`,
  'operations.identity': `none: ${INSTALLS}`,
  'operations.taskQueues': `none: ${INSTALLS}`,
  'operations.standingOf': `none: ${INSTALLS}`,
  'operations.reconciliationSchedule': `none: ${INSTALLS}`,
};

test('every method of the client has a route, or a reason to have none', () => {
  expect(Object.keys(METHODS).sort()).toEqual(methodsOfClient(client).sort());
  const named = Object.values(METHODS).filter((route) => !route.startsWith('none: '));
  expect(named.filter((route) => !routes.includes(route))).toEqual([]);
});
