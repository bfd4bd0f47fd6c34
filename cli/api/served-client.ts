import { z } from 'zod';
import type { HoldfastClient } from '../../client/client';
import { balance } from '../../contract/balance';
import { catalogVersion, effectiveCatalog } from '../../contract/catalog';
import { generation } from '../../contract/generation-view';
import { history } from '../../contract/history';
import { notices } from '../../contract/notice';
import { accountQuote, parsePriceable } from '../../contract/prices';
import { reconciliationReport, reconciliationRunning } from '../../contract/reconciliation';
import { refundOrder } from '../../contract/refund-order';
import { accountSettings, settingsForOwner, stop } from '../../contract/settings';
import { subscriptionAnswer } from '../../contract/subscription';
import {
  planChangedAnswer,
  renewedAnswer,
  subscribedAnswer,
  subscriptionChangedAnswer,
  subscriptionEndedAnswer,
} from '../../contract/subscription-bodies';
import { usage } from '../../contract/usage';
import { waitingQueueForOwner } from '../../contract/waiting';
import { packsOnSale } from '../../domain/pricing/packs';
import { quote } from '../../domain/pricing/quote';
import { onlyServed } from './only-served';
import { expectOwnName } from './own-name';
import type { HttpTransport } from './transport';

type Subscriptions = HoldfastClient['subscriptions'];

export const pathOf = (accountId: string) => `/accounts/${encodeURIComponent(accountId)}`;

/** The client's methods that commands use, as routes of the HTTP API. */
export function servedClient(api: HttpTransport): HoldfastClient {
  const catalog = () => catalogOf(api);
  const served: Pick<
    HoldfastClient,
    'quote' | 'balance' | 'history' | 'usage' | 'waiting' | 'notices' | 'packs'
  > = {
    async quote({ accountId, ...asked }) {
      if (accountId === undefined) return quote(parsePriceable(asked), await catalog());
      const path = `${pathOf(accountId)}/quotes`;
      return api.ask(accountQuote, { method: 'GET', path, query: asked });
    },
    balance: (accountId, { asOf } = {}) =>
      api.ask(balance, { method: 'GET', path: `${pathOf(accountId)}/balance`, query: { asOf } }),
    history: (accountId, query = {}) =>
      api.ask(history, { method: 'GET', path: `${pathOf(accountId)}/history`, query }),
    usage: (accountId, query = {}) =>
      api.ask(usage, { method: 'GET', path: `${pathOf(accountId)}/usage`, query }),
    waiting: (accountId, query = {}) =>
      api.ask(waitingQueueForOwner, { method: 'GET', path: `${pathOf(accountId)}/waiting`, query }),
    notices: async (accountId) =>
      (await api.ask(notices, { method: 'GET', path: `${pathOf(accountId)}/notices` })).notices,
    async packs() {
      const { catalogVersion, validUntil, catalog: whole } = await catalog();
      return { catalogVersion, validUntil, packs: packsOnSale(whole) };
    },
  };
  return onlyServed({
    ...served,
    generations: onlyServed({
      cancel: async (accountId: string, requestId: string) => {
        const path = `${pathOf(accountId)}/generations/${encodeURIComponent(requestId)}`;
        await api.ask(generation, { method: 'DELETE', path });
      },
    }),
    subscriptions: onlyServed(servedSubscriptions(api)),
    refunds: onlyServed({
      order: async ({ accountId, purchaseId, orderId: key, by, ...body }) => {
        expectOwnName(api, by);
        const path = `${pathOf(accountId)}/purchases/${encodeURIComponent(purchaseId)}/refund-orders`;
        return api.ask(refundOrder, { method: 'POST', path, key, body });
      },
    } satisfies Pick<HoldfastClient['refunds'], 'order'>),
    settings: onlyServed({ get: (accountId: string) => settingsOf(api, accountId) }),
    reconciliation: onlyServed(servedReconciliation(api)),
  });
}

export function catalogOf(api: HttpTransport) {
  const schema = effectiveCatalog.extend({ catalog: catalogVersion });
  return api.ask(schema, { method: 'GET', path: '/catalog' });
}

/** HTTP tells the reason of a stop, and its operator in the acts alone. */
export async function settingsOf(api: HttpTransport, accountId: string) {
  const path = `${pathOf(accountId)}/settings`;
  const { stops, ...rest } = await api.ask(settingsForOwner, { method: 'GET', path });
  const named = stops.map((one) => stop.parse({ ...one, by: 'an operator' }));
  return accountSettings.parse({ ...rest, stops: named });
}

function servedSubscriptions(api: HttpTransport): Subscriptions {
  const of = (accountId: string, id: string) =>
    `${pathOf(accountId)}/subscriptions/${encodeURIComponent(id)}`;
  return {
    subscribe: ({ accountId, subscriptionId: key, ...body }) =>
      api.ask(subscribedAnswer, {
        ...{ method: 'POST', path: `${pathOf(accountId)}/subscriptions`, key, body },
      }),
    renew: ({ accountId, subscriptionId, paymentReference: key, ...body }) =>
      api.ask(renewedAnswer, {
        ...{ method: 'POST', path: `${of(accountId, subscriptionId)}/renewals`, key, body },
      }),
    changePlan: ({ accountId, subscriptionId, key, ...body }) =>
      api.ask(planChangedAnswer, {
        ...{ method: 'PUT', path: `${of(accountId, subscriptionId)}/plan`, key, body },
      }),
    cancelAtPeriodEnd: ({ accountId, subscriptionId, key }) =>
      api.ask(subscriptionChangedAnswer, {
        ...{ method: 'PUT', path: `${of(accountId, subscriptionId)}/cancellation`, key },
      }),
    resume: ({ accountId, subscriptionId, key }) =>
      api.ask(subscriptionChangedAnswer, {
        ...{ method: 'DELETE', path: `${of(accountId, subscriptionId)}/cancellation`, key },
      }),
    endNow: ({ accountId, subscriptionId, key }) =>
      api.ask(subscriptionEndedAnswer, {
        ...{ method: 'POST', path: `${of(accountId, subscriptionId)}/end`, key },
      }),
    get: async (accountId, id) => {
      const path = id === undefined ? `${pathOf(accountId)}/subscription` : of(accountId, id);
      return (await api.ask(subscriptionAnswer, { method: 'GET', path })).subscription;
    },
    // Temporal alone knows it.
    workflowState: async () => 'unknown',
  };
}

function servedReconciliation(api: HttpTransport) {
  const run: HoldfastClient['reconciliation']['run'] = async ({
    confirm,
    key,
    reason,
    by,
  } = {}) => {
    expectOwnName(api, by);
    const pass = key ?? `pass-${Date.now()}`;
    const body = { ...(confirm && { confirm }), ...(reason !== undefined && { reason }) };
    for (;;) {
      const told = await api.ask(z.union([reconciliationRunning, reconciliationReport]), {
        ...{ method: 'POST', path: '/reconciliations', key: pass, body },
      });
      if (told.status !== 'running') return told;
    }
  };
  return { run };
}
