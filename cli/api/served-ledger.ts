import type { ActWords } from '../../contract/act';
import { acts } from '../../contract/act';
import { billingEventRecord, billingEvents } from '../../contract/billing-event';
import {
  erasureAnswer,
  forgottenDeclinesAnswer,
  operatorLimitsAnswer,
  stuckAnswer,
} from '../../contract/by-hand-bodies';
import { dispute } from '../../contract/dispute';
import { HoldfastError } from '../../contract/errors';
import { requestRecord } from '../../contract/generation';
import { createdGrant, deduction } from '../../contract/grant';
import { noticeRecord } from '../../contract/notice';
import type { Outcome } from '../../contract/outcome';
import { purchaseRecord } from '../../contract/purchase';
import { refund } from '../../contract/refund';
import { refundOrder } from '../../contract/refund-order';
import { burnRates, report } from '../../contract/report';
import { admitted, settingsForOwner, stop } from '../../contract/settings';
import { endedSubscription } from '../../contract/subscription';
import type { Ledger } from '../../ledger/ledger';
import { onlyServed } from './only-served';
import { expectOwnName } from './own-name';
import { catalogOf, pathOf, servedClient, settingsOf } from './served-client';
import type { HttpTransport, Told } from './transport';

type Interventions = Ledger['interventions'];
type Settings = Ledger['settings'];

/** The ledger's operations that commands use, as routes of the HTTP API. */
export function servedLedger(api: HttpTransport): Ledger {
  const client = servedClient(api);
  const served = {
    effectiveCatalog: () => catalogOf(api),
    balance: (accountId: string, asOf?: string) => client.balance(accountId, { asOf }),
    subscription: client.subscriptions.get,
    acts: onlyServed({
      read: (query: Parameters<Ledger['acts']['read']>[0]) =>
        api.ask(acts, { method: 'GET', path: '/acts', query }),
    }),
    grant: (async (accountId, key, { by, ...body }) => {
      expectOwnName(api, by);
      const path = `${pathOf(accountId)}/grants`;
      return done(api.tell(createdGrant, { method: 'POST', path, key, body }));
    }) satisfies Ledger['grant'],
    deduct: (async (accountId, key, { by, ...body }) => {
      expectOwnName(api, by);
      const path = `${pathOf(accountId)}/deductions`;
      return done(api.tell(deduction, { method: 'POST', path, key, body }));
    }) satisfies Ledger['deduct'],
    purchases: onlyServed({
      bookRefund: async ({ accountId, purchaseId, by, ...body }) => {
        expectOwnName(api, by);
        const path = `${pathOf(accountId)}/purchases/${encodeURIComponent(purchaseId)}/refunds`;
        return done(api.tell(refund, { method: 'POST', path, body }));
      },
      bookDispute: async ({ accountId, purchaseId, by, ...body }) => {
        expectOwnName(api, by);
        const path = `${pathOf(accountId)}/purchases/${encodeURIComponent(purchaseId)}/disputes`;
        return done(api.tell(dispute, { method: 'POST', path, body }));
      },
    } satisfies Pick<Ledger['purchases'], 'bookRefund' | 'bookDispute'>),
    refunds: onlyServed({
      close: async ({ accountId, orderId, by, ...body }) => {
        expectOwnName(api, by);
        const path = `${pathOf(accountId)}/refund-orders/${encodeURIComponent(orderId)}/close`;
        return done(api.tell(refundOrder, { method: 'POST', path, body }));
      },
    } satisfies Pick<Ledger['refunds'], 'close'>),
    reports: onlyServed({
      month: (month) => api.ask(report, { method: 'GET', path: `/reports/${month}` }),
      burnRates: (month, query) =>
        api.ask(burnRates, { method: 'GET', path: `/reports/${month}/burn-rates`, query }),
    } satisfies Ledger['reports']),
    settings: onlyServed(servedSettings(api)),
    billing: onlyServed(servedBilling(api)),
    interventions: onlyServed(servedInterventions(api)),
  };
  return onlyServed(served);
}

function servedBilling(
  api: HttpTransport,
): Pick<Ledger['billing'], 'get' | 'read' | 'retry' | 'close'> {
  const of = (source: string, eventId: string) =>
    `/billing-events/${encodeURIComponent(source)}/${encodeURIComponent(eventId)}`;
  const tell =
    (what: 'retry' | 'close'): Ledger['billing']['retry'] =>
    async ({ source, eventId, by, ...body }) => {
      expectOwnName(api, by);
      const path = `${of(source, eventId)}/${what}`;
      return done(api.tell(billingEventRecord, { method: 'POST', path, body }));
    };
  return {
    get: ({ source, eventId }) =>
      api.ask(billingEventRecord, { method: 'GET', path: of(source, eventId) }),
    read: (query) => api.ask(billingEvents, { method: 'GET', path: '/billing-events', query }),
    retry: tell('retry'),
    close: tell('close'),
  };
}

function servedSettings(
  api: HttpTransport,
): Pick<
  Settings,
  | 'stop'
  | 'admit'
  | 'operatorLimits'
  | 'setOperatorLimits'
  | 'setLimits'
  | 'setLowBalance'
  | 'setTopUp'
> {
  const limitsOf = (accountId: string | null) =>
    `${accountId === null ? '' : pathOf(accountId)}/operator-limits`;
  const put = async (accountId: string, setting: string, key: string, body: object) => {
    const path = `${pathOf(accountId)}/settings/${setting}`;
    const told = await api.tell(settingsForOwner, { method: 'PUT', path, key, body });
    return done(settingsOf(api, accountId).then((value) => ({ ...told, value })));
  };
  return {
    stop: async ({ by, ...body }) => {
      expectOwnName(api, by);
      const key = `stop-${crypto.randomUUID()}`;
      return done(api.tell(stop, { method: 'POST', path: '/stops', key, body }));
    },
    admit: async ({ by, ...body }) => {
      expectOwnName(api, by);
      const key = `admit-${crypto.randomUUID()}`;
      return done(api.tell(admitted, { method: 'POST', path: '/stops/end', key, body }));
    },
    operatorLimits: async (accountId) =>
      (await api.ask(operatorLimitsAnswer, { method: 'GET', path: limitsOf(accountId) }))
        .operatorLimits,
    setOperatorLimits: async ({ accountId, by, ...body }) => {
      expectOwnName(api, by);
      const asked = { method: 'PUT', path: limitsOf(accountId), body } as const;
      const { value, replayed } = await api.tell(operatorLimitsAnswer, asked);
      return { ok: true, value: value.operatorLimits, replayed };
    },
    setLimits: async ({ accountId, key, ...said }, { act } = {}) => {
      expectNoWords(api, act);
      // PUT states the result, and the command a part of it.
      const { operator: _, ...limits } = (await settingsOf(api, accountId)).limits;
      const changed = Object.entries(said).filter(([, value]) => value !== undefined);
      return put(accountId, 'limits', key, { ...limits, ...Object.fromEntries(changed) });
    },
    setLowBalance: async ({ accountId, key, ...body }, { act } = {}) => {
      expectNoWords(api, act);
      return put(accountId, 'low-balance', key, body);
    },
    setTopUp: async ({ accountId, key, ...body }, _isOwned, { act } = {}) => {
      expectNoWords(api, act);
      return put(accountId, 'top-up', key, body);
    },
  };
}

function servedInterventions(api: HttpTransport): Pick<
  Interventions,
  'stuck' | 'endSubscription' | 'dismissNotice' | 'forgetDeclines' | 'erase'
> & {
  release: (said: Parameters<Interventions['release']>[0]) => Promise<Outcome<unknown>>;
  closePurchase: (said: Parameters<Interventions['closePurchase']>[0]) => Promise<Outcome<unknown>>;
} {
  const post = (accountId: string, rest: string, { by, ...body }: { by: string }) => {
    expectOwnName(api, by);
    const path = `${pathOf(accountId)}/${rest}`;
    return { method: 'POST', path, body } as const;
  };
  const within = encodeURIComponent;
  return {
    stuck: (limit) => api.ask(stuckAnswer, { method: 'GET', path: '/stuck', query: { limit } }),
    release: async ({ accountId, requestId, ...said }) =>
      done(
        api.tell(
          requestRecord.omit({ body: true }),
          post(accountId, `generations/${within(requestId)}/release`, said),
        ),
      ),
    closePurchase: async ({ accountId, purchaseId, ...said }) =>
      done(
        api.tell(
          purchaseRecord.omit({ body: true }),
          post(accountId, `purchases/${within(purchaseId)}/close`, said),
        ),
      ),
    endSubscription: async ({ accountId, subscriptionId, ...said }) =>
      done(
        api.tell(
          endedSubscription,
          post(accountId, `subscriptions/${within(subscriptionId)}/end-by-hand`, said),
        ),
      ),
    dismissNotice: async ({ accountId, noticeId, ...said }) =>
      done(api.tell(noticeRecord, post(accountId, `notices/${noticeId}/dismiss`, said))),
    forgetDeclines: async ({ accountId, ...said }) =>
      done(api.tell(forgottenDeclinesAnswer, post(accountId, 'declines/forget', said))),
    erase: async ({ accountId, ...said }) =>
      done(api.tell(erasureAnswer, post(accountId, 'erase', said))),
  };
}

/** A refusal has been thrown by then, with its code. */
async function done<T>(told: Promise<Told<T>>): Promise<Outcome<T>> {
  return { ok: true, ...(await told) };
}

function expectNoWords(api: HttpTransport, { reason, by }: ActWords = {}): void {
  expectOwnName(api, by);
  if (reason === undefined) return;
  throw new HoldfastError(
    'INVALID_ARGUMENT',
    'Over HTTP the reason of an owner’s setting is not kept: leave --reason out.',
  );
}
