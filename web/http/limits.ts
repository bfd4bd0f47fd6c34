import rateLimit from '@fastify/rate-limit';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { defaultOf } from '../../config/variables';
import { HoldfastError } from '../../contract/errors';

/** What one caller, and all callers together, may use of the server. */
export interface WebLimits {
  bodyBytesMax: number;
  urlLengthMax: number;
  accountRequestsPerMinute: number;
  serviceRequestsPerMinute: number;
  /** Requests of one address without a valid token. */
  addressRequestsPerMinute: number;
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
  addressRequestsPerMinute: 120,
  streamsPerAccountMax: defaultOf('HOLDFAST_WEB_STREAMS_PER_ACCOUNT'),
  streamsMax: defaultOf('HOLDFAST_WEB_STREAMS'),
  streamBufferBytesMax: 262_144,
  requestSeconds: defaultOf('HOLDFAST_WEB_REQUEST_SECONDS'),
};

const CALLERS_REMEMBERED = 20_000;

/**
 * Limits the requests to routes that are registered afterwards, by token, or by address if there is
 * no valid token.
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
    keyGenerator: callerOf,
    max: (request: FastifyRequest) => perMinute(request, limits),
    errorResponseBuilder: (_request, { ttl, max }) => {
      const retryAfterSeconds = Math.ceil(ttl / 1000);
      const message = `More than ${max} requests in a minute. Ask again in ${retryAfterSeconds} seconds.`;
      return new HoldfastError('RATE_LIMITED', message, { retryAfterSeconds });
    },
  });
}

function callerOf({ principal, ip }: FastifyRequest): string {
  if (principal === null || principal instanceof HoldfastError) return `address ${ip}`;
  return `${principal.kind} ${principal.name}`;
}

function perMinute({ principal }: FastifyRequest, limits: WebLimits): number {
  if (principal === null || principal instanceof HoldfastError)
    return limits.addressRequestsPerMinute;
  return principal.kind === 'account'
    ? limits.accountRequestsPerMinute
    : limits.serviceRequestsPerMinute;
}
