// Tells Holdfast what Paddle tells: one call for each event, and nothing to remember.
//
//   PADDLE_SECRET=pdl_ntfset_… HOLDFAST_URL=https://holdfast.example HOLDFAST_TOKEN=… node paddle-receiver.mjs
import { createHmac, timingSafeEqual } from 'node:crypto';
import { createServer } from 'node:http';

const { PADDLE_SECRET, HOLDFAST_URL, HOLDFAST_TOKEN, PORT = '8070' } = process.env;
const TOLERANCE_SECONDS = 300;

/** What an event says, in Holdfast's words; null if it asks for nothing. */
function said({ event_type: type, data }) {
  const accountId = data.custom_data?.holdfast_account;
  const priceId = data.items?.[0]?.price?.id;
  const subscription = { accountId, subscriptionId: data.id };
  switch (type) {
    case 'transaction.completed':
      return saidByPayment(data, { accountId, priceId });
    case 'subscription.updated': {
      const cancelAtPeriodEnd = data.scheduled_change?.action === 'cancel';
      return { type: 'subscription-changed', ...subscription, priceId, cancelAtPeriodEnd };
    }
    case 'subscription.canceled':
      return { type: 'subscription-ended', ...subscription };
    case 'adjustment.created':
    case 'adjustment.updated':
      return data.action === 'refund' && data.status === 'approved' ? saidByRefund(data) : null;
    default:
      return null;
  }
}

function saidByPayment({ id, origin, billed_at: paidAt, subscription_id: subscriptionId }, sold) {
  const payment = { ...sold, paymentReference: id, paidAt };
  if (!subscriptionId) return { type: 'pack-paid', ...payment };
  if (origin === 'subscription_update')
    return { type: 'subscription-changed', ...payment, subscriptionId };
  // A charge beside the plan pays no cycle.
  if (!['web', 'api', 'subscription_recurring'].includes(origin)) return null;
  return { type: 'invoice-paid', ...payment, subscriptionId };
}

/** Taxes went back as well, and are none of the pack's price. */
function saidByRefund({ id, transaction_id, totals, currency_code: currency }) {
  const amountCents = Number(totals.subtotal);
  return {
    type: 'payment-refunded',
    ...{ refundId: id, paymentReference: transaction_id, amountCents, currency },
  };
}

/** `ts=1700000000;h1=…`, over the time and the body as it came. */
function isGenuine(body, header = '') {
  const { ts = '', h1 = '' } = Object.fromEntries(header.split(';').map((part) => part.split('=')));
  const signed = createHmac('sha256', PADDLE_SECRET).update(`${ts}:`).update(body).digest('hex');
  const isSigned =
    h1.length === signed.length && timingSafeEqual(Buffer.from(h1), Buffer.from(signed));
  return isSigned && Date.now() / 1000 - Number(ts) <= TOLERANCE_SECONDS;
}

async function tell(event) {
  const { event_id: eventId, event_type: type, occurred_at: occurredAt } = event;
  const response = await fetch(`${HOLDFAST_URL}/v1/billing-events`, {
    method: 'POST',
    headers: { authorization: `Bearer ${HOLDFAST_TOKEN}`, 'content-type': 'application/json' },
    body: JSON.stringify({ source: 'paddle', eventId, type, occurredAt, ...said(event) }),
  });
  return response.status;
}

const server = createServer(async (request, response) => {
  let status = 400;
  try {
    const body = Buffer.concat(await request.toArray());
    // Holdfast's 202 is Paddle's 200; what it answers otherwise is told again.
    if (isGenuine(body, request.headers['paddle-signature']))
      status = (await tell(JSON.parse(body))) === 202 ? 200 : 502;
  } catch (error) {
    console.error(error.message);
    status = 500;
  }
  response.writeHead(status).end();
});
server.listen(Number(PORT), '127.0.0.1', () =>
  console.log(`http://127.0.0.1:${server.address().port}`),
);
