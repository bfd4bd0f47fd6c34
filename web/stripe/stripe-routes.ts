import type { FastifyError, FastifyInstance, FastifyRequest } from 'fastify';
import type { BillingEvent } from '../../contract/billing-event';
import { HoldfastError } from '../../contract/errors';
import { parser } from '../../contract/parse';
import { asHoldfastError, sendProblem } from '../http/problems';
import { statusOf } from '../http/status';
import type { RouteContext } from '../route-context';
import { keepEvent } from '../routes/billing-event-routes';
import { eventShape } from './shapes';
import { verified } from './signature';
import { translated } from './translation';

/** What the events of Stripe's webhooks are verified by. */
export interface StripeOptions {
  /** The endpoint's signing secret; several while it is changed, or for several endpoints. */
  secrets: readonly string[];
  /** How long ago an event may have been signed. */
  toleranceSeconds: number;
}

export const STRIPE_PATH = '/v1/webhooks/stripe';

const parseEvent = parser(eventShape, 'event of Stripe');

interface StripeContext extends Pick<RouteContext, 'client' | 'ledger'> {
  stripe: StripeOptions;
}

/**
 * Takes Stripe's events. They need no token, because Stripe has signed them, and each is in the
 * ledger before it is answered.
 */
export async function addStripeRoute(app: FastifyInstance, context: StripeContext): Promise<void> {
  // It is large, and most installations have another billing system.
  const { default: Stripe } = await import('stripe');
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_request, body, done) =>
    done(null, body),
  );
  countRefused(app);
  app.post(
    STRIPE_PATH,
    { config: { rateLimit: false }, schema: { hide: true } },
    async (request, reply) => {
      const signed = verified(Stripe.webhooks, signedIn(request), context.stripe);
      const event = translated(parseEvent(signed), Stripe.API_VERSION);
      const { state, reason } = await keepGenuine(context, event, request);
      return reply.code(202).send({ eventId: event.eventId, state, reason });
    },
  );
}

/** Stripe tells from few addresses, so requests count for their address only if they are refused. */
function countRefused(app: FastifyInstance): void {
  const count = app.rateLimit();
  app.setErrorHandler(async (error: FastifyError | HoldfastError, request, reply) => {
    const refused = asHoldfastError(error);
    if (statusOf(refused.code) >= 500) return sendProblem(request, reply, refused);
    const told = await count.call(app, request, reply).then(
      () => refused,
      (exceeded) => asHoldfastError(exceeded),
    );
    return sendProblem(request, reply, told);
  });
}

function signedIn({ headers, body }: FastifyRequest) {
  return {
    body: Buffer.isBuffer(body) ? body : Buffer.alloc(0),
    signature: String(headers['stripe-signature'] ?? ''),
  };
}

/**
 * Stripe gives no two events one id, but a later build may understand an event that it tells again
 * in other words: what was kept first counts.
 */
async function keepGenuine(context: StripeContext, event: BillingEvent, { log }: FastifyRequest) {
  try {
    return (await keepEvent(context, event, log)).value;
  } catch (error) {
    const known = await context.ledger.billing.get(event);
    if (known && error instanceof HoldfastError && error.code === 'IDEMPOTENCY_CONFLICT')
      return known;
    throw error;
  }
}
