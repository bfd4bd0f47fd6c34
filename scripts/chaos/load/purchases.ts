import { setTimeout as pause } from 'node:timers/promises';
import { type PurchaseRequest, purchaseWorkflowId } from '../../../client/client';
import type { PaymentSimulation } from '../../../contract/simulations';
import { type AskedPurchase, nameOf } from '../comparison/asked';
import { count } from '../tally';
import { CATALOG } from '../world/catalog';
import { expectConflict, expectSame } from './duplicates';
import type { Customer } from './product';
import { NeverAnswered, untilAnswered } from './until-answered';

const SIMULATED = 0.5;
/** Declines are left to a method of payment each, for an account may have a few only. */
const SIMULATIONS: readonly PaymentSimulation[] = [
  ...(['transient', 'rate-limited', 'lost-answer', 'pending', 'pending-voided', 'slow'] as const),
  ...(['declined'] as const),
];
const THROUGH_WEB = 0.25;
const UNDECIDED: readonly unknown[] = ['pending', 'returning'];
const LOOK_AGAIN_MS = 700;

function requestOf(customer: Customer): PurchaseRequest {
  const { accountId, random } = customer;
  const packs = Object.entries(CATALOG[0]?.packs ?? {});
  const [packId, { priceCents }] = random.among(packs);
  return {
    ...{ accountId, purchaseId: customer.nextId(), packId, shownPriceCents: priceCents },
    ...(random.chance(SIMULATED) && { paymentMethod: `simulate-${random.among(SIMULATIONS)}` }),
  };
}

/** A purchase from its request to its end, as a shop makes it with its provider's webhook. */
export async function buy(customer: Customer): Promise<void> {
  const { asked } = customer;
  const request = requestOf(customer);
  const { accountId, purchaseId, shownPriceCents } = request;
  const kept: AskedPurchase = { accountId, purchaseId, priceCents: shownPriceCents };
  asked.purchases.set(nameOf(accountId, purchaseId), kept);
  const workflowId = purchaseWorkflowId(accountId, purchaseId);
  asked.running.add(workflowId);
  try {
    kept.status = await decided(customer, request);
  } finally {
    asked.end(workflowId);
  }
  const { purchases } = customer.product.client;
  if (kept.status !== 'granted') return;
  await expectSame(customer, `purchase ${purchaseId}`, {
    first: 'granted',
    again: () => purchases.buy(request),
    outcomeOf: ({ status }) => status,
  });
  await expectConflict(customer, `purchase ${purchaseId}`, () =>
    purchases.buy({ ...request, paymentMethod: 'another' }),
  );
}

async function decided(customer: Customer, request: PurchaseRequest): Promise<string> {
  const { accountId, purchaseId, ...body } = request;
  const { tally, product, random } = customer;
  const byWeb = random.chance(THROUGH_WEB);
  const ask = async (): Promise<string> => {
    const answer = byWeb
      ? await product.web.post(accountId, '/purchases', purchaseId, body)
      : await product.client.purchases.buy(request);
    const { status, reason } = answer as { status: string; reason?: string };
    if (status === 'refused') count(tally.refused, reason ?? status);
    return status;
  };
  for (;;) {
    const answer = await untilAnswered(customer, 'buy a pack', purchaseId, ask);
    const status = answer.ok ? answer.value : 'refused';
    if (!UNDECIDED.includes(status)) return status;
    if (Date.now() > customer.giveUpAtMs())
      throw new NeverAnswered(`purchase ${purchaseId}: still ${status}`);
    await pause(LOOK_AGAIN_MS);
    await untilAnswered(customer, 'tell of a payment', purchaseId, () =>
      product.client.purchases.paymentUpdated(accountId, purchaseId),
    );
  }
}
