// Plays Stripe on your machine: events as Stripe posts them, signed by the endpoint's secret.
//
//   node docs/examples/stripe-story.mjs catalog FILE        a catalog that maps two prices, in ten seconds
//   node docs/examples/stripe-story.mjs tell ACCOUNT FILE   once it is in force: a subscription, a pack, a refund
import { readFileSync, writeFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import Stripe from 'stripe';

const { HOLDFAST_URL = 'http://127.0.0.1:8080', HOLDFAST_WEB_STRIPE_SECRETS = '' } = process.env;
const PRICES = { price_lite: { planId: 'lite-monthly' }, price_pack: { packId: 'pack-125' } };
const BEFORE_MS = 10_000;

const [, , command, ...words] = process.argv;
if (command === 'catalog') writeCatalog(...words);
else if (command === 'tell') await tell(...words);
else throw new Error('It is either catalog FILE or tell ACCOUNT FILE.');

function writeCatalog(file) {
  const { versions } = JSON.parse(
    readFileSync(new URL('../../catalog/default.json', import.meta.url)),
  );
  const effectiveFrom = new Date(Date.now() + BEFORE_MS).toISOString();
  const next = {
    ...versions.at(-1),
    version: versions.length + 1,
    effectiveFrom,
    billingPrices: PRICES,
  };
  writeFileSync(file, JSON.stringify({ versions: [...versions, next] }, null, 2));
}

async function tell(account, file) {
  const { effectiveFrom } = JSON.parse(readFileSync(file)).versions.at(-1);
  await delay(Math.max(0, Date.parse(effectiveFrom) + 1_000 - Date.now()));
  // Out of order, and the pack twice: Stripe does so, too.
  const { begun, paid, pack, refund } = storyOf(account);
  for (const event of [pack, refund, paid, begun, pack]) await post(event);
}

function storyOf(account) {
  const named = { holdfast_account: account };
  const subscription = `sub_${account}`;
  const back = {
    id: `re_${account}`,
    object: 'refund',
    status: 'succeeded',
    amount: 1_960,
    currency: 'usd',
  };
  const session = {
    object: 'checkout.session',
    payment_status: 'paid',
    ...{ client_reference_id: account, customer: `cus_${account}` },
  };
  const line = {
    amount: 1_900,
    parent: { subscription_item_details: { proration: false }, invoice_item_details: null },
    pricing: { price_details: { price: 'price_lite' } },
  };
  return {
    begun: eventOf('checkout.session.completed', {
      ...{
        ...session,
        id: `cs_1_${account}`,
        mode: 'subscription',
        subscription,
        invoice: `in_${account}`,
      },
      ...{ payment_intent: null, amount_subtotal: 1_900, total_details: null, currency: 'usd' },
    }),
    paid: eventOf('invoice.paid', {
      ...{
        id: `in_${account}`,
        object: 'invoice',
        customer: `cus_${account}`,
        billing_reason: 'subscription_create',
        subtotal: 1_900,
      },
      ...{ lines: { data: [line] }, status_transitions: { paid_at: now() } },
      parent: { subscription_details: { subscription, metadata: named } },
    }),
    pack: eventOf('checkout.session.completed', {
      ...{
        ...session,
        id: `cs_2_${account}`,
        mode: 'payment',
        subscription: null,
        invoice: null,
      },
      ...{ payment_intent: `pi_${account}`, amount_subtotal: 4_900, currency: 'usd' },
      ...{
        total_details: { amount_discount: 0 },
        metadata: { ...named, holdfast_pack: 'pack-125' },
      },
    }),
    refund: eventOf('refund.created', { ...back, payment_intent: `pi_${account}`, charge: null }),
  };
}

function now() {
  return Math.floor(Date.now() / 1000);
}

function eventOf(type, object) {
  const { API_VERSION: api_version } = Stripe;
  const id = `evt_${object.id}`;
  return {
    id,
    object: 'event',
    type,
    api_version,
    created: now(),
    livemode: true,
    data: { object },
  };
}

async function post(event) {
  const payload = JSON.stringify(event);
  const [secret] = HOLDFAST_WEB_STRIPE_SECRETS.split(' ');
  const signature = Stripe.webhooks.generateTestHeaderString({ payload, secret });
  const response = await fetch(`${HOLDFAST_URL}/v1/webhooks/stripe`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'stripe-signature': signature },
    body: payload,
  });
  console.log(event.type, response.status, await response.text());
  if (!response.ok) process.exitCode = 1;
}
