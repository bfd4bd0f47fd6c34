import { builtInCatalog } from '../../../catalog/catalog';
import { applyCatalog } from '../../../ledger/apply-catalog';
import type { Ledger } from '../../../ledger/ledger';
import { NOW, type Recording } from './recording';

const BY = { reason: 'Für den Anfang 🎁', by: 'ops' };
const HOLD_MS = 600_000;

/**
 * Everything that happens in the ledger before its workers start: rows of every kind and in every
 * state. Nothing is delivered, so the outbox keeps its messages.
 */
export async function writePast(recording: Recording): Promise<void> {
  await sellAtChangingPrices(recording);
  await useCredits(recording);
  await subscribeAndChange(recording);
  await buyPacks(recording);
  await endSubscriptions(recording);
  await changeSettings(recording);
  await topUpAutomatically(recording);
  await leaveWorkOpen(recording);
}

/** A version with higher prices and days of grace from October on, and one for the future. */
async function sellAtChangingPrices({ at, ownerUrl }: Recording): Promise<void> {
  await at('2026-09-01T09:00:00.000Z');
  const [first] = builtInCatalog();
  if (first === undefined) throw new Error('The built-in catalog is empty.');
  const dearer = {
    ...first,
    version: 2,
    effectiveFrom: '2026-10-01T00:00:00.000Z',
    plans: { ...first.plans, 'lite-monthly': { name: 'Lite Monthly', credits: 180, cycle: 'P1M' } },
    packs: { ...first.packs, 'pack-125': { credits: 125, priceCents: 5200, currency: 'USD' } },
    renewalGrace: 'P2D',
    settlementWindow: 'PT1H',
  };
  await applyCatalog(ownerUrl, [
    dearer,
    { ...dearer, version: 3, effectiveFrom: '2027-03-01T00:00:00.000Z' },
  ]);
}

/** Grants of each source but packs, and generations with each end. */
async function useCredits({ at, ledger }: Recording): Promise<void> {
  await at('2026-09-05T10:00:00.000Z');
  await ledger.subscriptions.subscribe('acme', 's-1', {
    planId: 'lite-monthly',
    paymentReference: 'inv-1001',
    timeZone: 'Europe/Berlin',
  });
  const ending = {
    credits: 40,
    source: 'promotion' as const,
    ...BY,
    expiresAt: '2026-09-20T00:00:00.000Z',
  };
  await ledger.grant('acme', 'welcome', ending);
  await ledger.grant('acme', 'goodwill', {
    credits: 15,
    source: 'adjustment',
    ...BY,
    costCents: 500,
    currency: 'EUR',
  });
  await at('2026-09-06T08:30:00.000Z');
  const avatar = { kind: 'ai-avatar', seconds: 12, metadata: { project: 'p-1' } };
  await reserve(ledger, 'acme', 'r-committed', avatar, 4);
  await ledger.commit('acme', 'r-committed', 3, 'https://files.example/r-committed.mp4');
  await reserve(
    ledger,
    'acme',
    'r-released',
    { kind: 'text-to-video-veo3', seconds: 8, audio: true },
    40,
  );
  await ledger.release('acme', 'r-released', 'timed-out');
  await ledger.release('acme', 'r-never-seen', 'cancelled');
  await ledger.deduct('acme', 'chargeback', { credits: 5, ...BY });
  await at('2026-09-21T00:00:00.000Z');
  await ledger.expire('acme');
}

async function subscribeAndChange({ at, ledger }: Recording): Promise<void> {
  const { subscriptions } = ledger;
  await at('2026-10-04T10:00:00.000Z');
  await subscriptions.renew('acme', 's-1', 'inv-1002');
  await at('2026-10-10T10:00:00.000Z');
  const upgrade = { planId: 'professional-monthly', paymentReference: 'inv-1003' };
  await subscriptions.changePlan('acme', 's-1', 'upgrade', upgrade);
  await subscriptions.changePlan('acme', 's-1', 'downgrade', { planId: 'lite-monthly' });
  await at('2026-10-11T10:00:00.000Z');
  await subscriptions.subscribe('longer', 's-1', {
    planId: 'lite-monthly',
    paymentReference: 'inv-2001',
  });
  const yearly = { planId: 'professional-yearly', paymentReference: 'inv-2002' };
  await subscriptions.changePlan('longer', 's-1', 'yearly', yearly);
  await at('2026-11-06T10:00:00.000Z');
  await subscriptions.renew('acme', 's-1', 'inv-1004', '2026-11-06T09:00:00.000Z');
  await subscriptions.cancelAtPeriodEnd('acme', 's-1', 'cancel');
  await subscriptions.resume('acme', 's-1', 'resume');
  await subscriptions.cancelAtPeriodEnd('longer', 's-1', 'cancel');
}

async function buyPacks({ at, ledger }: Recording): Promise<void> {
  const { purchases } = ledger;
  await at('2026-11-07T10:00:00.000Z');
  const pack = { packId: 'pack-125', shownPriceCents: 5200 };
  for (const id of ['p-granted', 'p-declined', 'p-voided', 'p-returned'])
    await purchases.open('acme', id, pack);
  await purchases.settle('acme', 'p-granted', 'pay-1');
  await purchases.close('acme', 'p-declined', 'declined', 'card-declined');
  await purchases.close('acme', 'p-voided', 'voided', 'void-requested');
  await purchases.close('acme', 'p-never-seen', 'voided', 'cancelled');
  await purchases.close('acme', 'p-returned', 'returned', 'refunded-by-provider');
}

async function endSubscriptions({ at, ledger }: Recording): Promise<void> {
  const { subscriptions } = ledger;
  await at('2026-09-10T12:00:00.000Z');
  for (const account of ['ended', 'lapsed', 'superseded']) {
    const paid = { planId: 'advanced-monthly', paymentReference: `${account}-1` };
    await subscriptions.subscribe(account, 's-1', paid);
  }
  await subscriptions.endNow('ended', 's-1', 'end');
  await at('2026-10-10T13:30:00.000Z');
  await subscriptions.expireTerm('lapsed', 's-1', 1);
  const again = { planId: 'lite-monthly', paymentReference: 'superseded-2' };
  await subscriptions.subscribe('superseded', 's-2', again);
  await at('2026-11-11T13:30:00.000Z');
  await subscriptions.renew('superseded', 's-2', 'superseded-3');
  // This is too late for the old term, so the subscription begins a new one.
  await subscriptions.renew('lapsed', 's-1', 'lapsed-2');
  await subscriptions.changePlan('lapsed', 's-1', 'downgrade', { planId: 'lite-monthly' });
}

async function changeSettings({ at, ledger }: Recording): Promise<void> {
  const { settings } = ledger;
  await at('2026-11-15T12:00:00.000Z');
  await ledger.subscriptions.subscribe('owner', 's-1', {
    planId: 'lite-monthly',
    paymentReference: 'owner-1',
  });
  const limits = { dailyCreditsMax: 500, generationCreditsMax: 120, concurrentGenerationsMax: 3 };
  await settings.setLimits({ accountId: 'owner', key: 'limits', ...limits });
  const lowBalance = [{ credits: 100 }, { percentOfCycle: 20 }];
  await settings.setLowBalance({ accountId: 'owner', key: 'thresholds', lowBalance });
  const topUp = {
    packId: 'pack-300',
    belowCredits: 10,
    monthlyCapCents: 20_000,
    paymentMethod: 'card-1',
  };
  await settings.setTopUp({ accountId: 'owner', key: 'top-up', topUp });
  await reserve(ledger, 'owner', 'r-dear', { kind: 'ai-avatar', seconds: 300 }, 100);
  await ledger.commit('owner', 'r-dear', 100, 'https://files.example/r-dear.mp4');
  const stop = { reason: 'abuse', by: 'ops' };
  await settings.stop({ accountId: 'held', kind: null, ...stop });
  await settings.stop({ accountId: null, kind: 'text-to-video-veo3', ...stop });
}

/** One top-up was paid. The card of the other was declined until it was stopped. */
async function topUpAutomatically({ at, ledger }: Recording): Promise<void> {
  const { purchases, settings, subscriptions, topUps } = ledger;
  await at('2026-11-16T12:00:00.000Z');
  const topUp = { packId: 'pack-125', belowCredits: 100, monthlyCapCents: 6_000 };
  const spend = (accountId: string, key: string, credits: number) =>
    ledger.deduct(accountId, key, { credits, reason: 'spent', by: 'ops' });
  for (const accountId of ['automatic', 'stuck-card']) {
    await subscriptions.subscribe(accountId, 's-1', {
      planId: 'lite-monthly',
      paymentReference: `${accountId}-1`,
    });
    await settings.setTopUp({ accountId, key: 'top-up', topUp });
    await spend(accountId, 'cycle', 180);
    await topUps.begin(accountId);
  }
  await purchases.settle('automatic', 'top-up-1', 'pay-2');
  await spend('automatic', 'pack', 125);
  await purchases.close('stuck-card', 'top-up-1', 'declined', 'card-declined');
  for (const [purchaseId, moment] of [
    ['top-up-2', '2026-11-16T14:00:00.000Z'],
    ['top-up-3', '2026-11-16T22:00:00.000Z'],
  ] as const) {
    await at(moment);
    await topUps.begin('stuck-card');
    await purchases.close('stuck-card', purchaseId, 'declined', 'card-declined');
  }
}

/** Due cycles, open purchases and reservations, and waiting requests for which no workflow runs. */
async function leaveWorkOpen({ at, ledger }: Recording): Promise<void> {
  const { purchases, subscriptions } = ledger;
  const promotion = { source: 'promotion' as const, ...BY, expiresAt: '2027-06-01T00:00:00.000Z' };
  await at('2026-10-28T11:59:00.000Z');
  // The second cycle began a minute ago.
  await subscriptions.subscribe('missed-cycle', 's-1', {
    planId: 'lite-monthly',
    paymentReference: 'missed-1',
  });
  await subscriptions.renew('missed-cycle', 's-1', 'missed-2');
  await at('2026-11-25T12:00:00.000Z');
  for (const account of ['buyer', 'late-payer', 'lost-buyer', 'topper']) {
    await subscriptions.subscribe(account, 's-1', {
      planId: 'lite-monthly',
      paymentReference: `${account}-1`,
    });
  }
  await ledger.grant('ends-soon', 'gift', {
    ...promotion,
    credits: 7,
    expiresAt: '2026-11-28T11:00:00.000Z',
  });
  for (const account of ['parked', 'woken', 'grantee', 'setter'])
    await ledger.grant(account, 'gift', { ...promotion, credits: 3 });
  await at('2026-11-28T11:58:00.000Z');
  await purchases.open('lost-buyer', 'p-lost', { packId: 'pack-125', shownPriceCents: 5200 });
  // It takes from more than one grant, and one pass of reconciliation has missed its workflow.
  await reserve(ledger, 'acme', 'r-open', { kind: 'ai-avatar', seconds: 900 }, 300);
  await ledger.holds.noteMissing('acme', 'r-open', 'pass-1');
  for (const [account, id] of [
    ['parked', 'r-first'],
    ['parked', 'r-second'],
    ['woken', 'r-first'],
  ] as const) {
    await reserve(ledger, account, id, { kind: 'ai-avatar', seconds: 30 }, 10, { timeout: 'P2D' });
  }
  await ledger.grant('woken', 'more', { ...promotion, credits: 20 });
  await at(NOW);
}

async function reserve(
  ledger: Ledger,
  accountId: string,
  requestId: string,
  body: Parameters<Ledger['reserve']>[2],
  credits: number,
  wait?: Parameters<Ledger['reserve']>[5],
): Promise<void> {
  const { catalogVersion } = await ledger.effectiveCatalog();
  await ledger.reserve(accountId, requestId, body, { credits, catalogVersion }, HOLD_MS, wait);
}
