import rateLimit, { normalizeIP } from '@fastify/rate-limit';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { defaultOf } from '../../config/variables';
import { HoldfastError } from '../../contract/errors';
import { TokenRefusal } from '../../tokens/refusal';

declare module 'fastify' {
  interface FastifyContextConfig {
    /**
     * What requests without a valid token count as; by default as requests of their address.
     * `login`: as refused logins of their address. `none`: they aren't counted.
     */
    visitors?: 'login' | 'none';
  }
}

/** What one caller, and all callers together, may use of the server. */
export interface WebLimits {
  bodyBytesMax: number;
  urlLengthMax: number;
  accountRequestsPerMinute: number;
  serviceRequestsPerMinute: number;
  /** Of one token; by default as many as its account or service may make. */
  tokenRequestsPerMinute?: number;
  /** Requests of one address without a valid token, and with an expired one of one subject. */
  addressRequestsPerMinute: number;
  /** Logins of one address to the credits page that are refused. */
  refusedLoginsPerMinute: number;
  streamsPerAccountMax: number;
  streamsMax: number;
  /** A reader with more unread bytes is disconnected. */
  streamBufferBytesMax: number;
  /**
   * A request must have arrived within this time; an idle connection is closed after three times
   * that.
   */
  requestSeconds: number;
}

export const DEFAULT_LIMITS: WebLimits = {
  bodyBytesMax: defaultOf('HOLDFAST_WEB_BODY_BYTES_MAX'),
  urlLengthMax: 4_096,
  accountRequestsPerMinute: defaultOf('HOLDFAST_WEB_REQUESTS_PER_MINUTE'),
  serviceRequestsPerMinute: defaultOf('HOLDFAST_WEB_SERVICE_REQUESTS_PER_MINUTE'),
  addressRequestsPerMinute: defaultOf('HOLDFAST_WEB_ADDRESS_REQUESTS_PER_MINUTE'),
  refusedLoginsPerMinute: defaultOf('HOLDFAST_WEB_REFUSED_LOGINS_PER_MINUTE'),
  streamsPerAccountMax: defaultOf('HOLDFAST_WEB_STREAMS_PER_ACCOUNT'),
  streamsMax: defaultOf('HOLDFAST_WEB_STREAMS'),
  streamBufferBytesMax: 262_144,
  requestSeconds: defaultOf('HOLDFAST_WEB_REQUEST_SECONDS'),
};

const CALLERS_REMEMBERED = 20_000;

/**
 * Limits the requests to routes that are registered afterwards. Each caller has a budget of its own,
 * so that a request without a valid token uses up no other caller's.
 */
export async function addLimits(app: FastifyInstance, limits: WebLimits): Promise<void> {
  app.addHook('onRequest', async ({ url }) => {
    if (url.length > limits.urlLengthMax) {
      throw new HoldfastError(
        'URL_TOO_LONG',
        `A URL has ${limits.urlLengthMax} characters at most.`,
      );
    }
  });
  await app.register(rateLimit, {
    timeWindow: 60_000,
    cache: CALLERS_REMEMBERED,
    keyGenerator: async (request: FastifyRequest) => {
      await countToken(request);
      return budgetOf(request, limits).of;
    },
    max: (request: FastifyRequest) => budgetOf(request, limits).perMinute,
    allowList: (request: FastifyRequest) => budgetOf(request, limits).perMinute === Infinity,
    errorResponseBuilder: (_request, exceeded) => rateLimited(exceeded),
  });
  // Before its account, so that what one token asks for too much uses up nothing of the others'.
  const countToken = tokenCounter(app, limits.tokenRequestsPerMinute);
}

function tokenCounter(app: FastifyInstance, perMinute: number | undefined) {
  if (perMinute === undefined) return async () => {};
  const count = app.createRateLimit({
    max: perMinute,
    keyGenerator: (request) => tokenOf(request) ?? '',
    allowList: (request: FastifyRequest) => tokenOf(request) === undefined,
  });
  return async (request: FastifyRequest) => {
    const counted = await count(request);
    if (!counted.isAllowed && counted.isExceeded) throw rateLimited(counted);
  };
}

function tokenOf({ principal }: FastifyRequest): string | undefined {
  return principal === null || principal instanceof HoldfastError ? undefined : principal.tokenHash;
}

function rateLimited({ ttl, max }: { ttl: number; max: number }): HoldfastError {
  const retryAfterSeconds = Math.ceil(ttl / 1000);
  const message = `More than ${max} requests in a minute. Ask again in ${retryAfterSeconds} seconds.`;
  return new HoldfastError('RATE_LIMITED', message, { retryAfterSeconds });
}

interface Budget {
  of: string;
  perMinute: number;
}

function budgetOf({ principal, ip, routeOptions }: FastifyRequest, limits: WebLimits): Budget {
  if (principal !== null && !(principal instanceof HoldfastError)) {
    const { kind, name } = principal;
    const perMinute =
      kind === 'account' ? limits.accountRequestsPerMinute : limits.serviceRequestsPerMinute;
    return { of: `${kind} ${name}`, perMinute };
  }
  const address = addressOf(ip);
  const visitors = routeOptions.config?.visitors;
  if (visitors === 'none') return { of: '', perMinute: Infinity };
  if (visitors === 'login')
    return { of: `login ${address}`, perMinute: limits.refusedLoginsPerMinute };
  const expired = principal instanceof TokenRefusal ? principal.expired : undefined;
  const of = expired === undefined ? `address ${address}` : `expired ${expired}`;
  return { of, perMinute: limits.addressRequestsPerMinute };
}

/** An IPv6 network of 64 bits counts as one address, because that is what one customer is given. */
function addressOf(ip: string | undefined): string {
  // A caller that has gone has no address, and a proxy may pass on a text that is none.
  return normalizeIP((ip ?? '').slice(0, 64));
}
