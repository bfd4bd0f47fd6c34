import { constants } from 'node:zlib';
import compress from '@fastify/compress';
import cors from '@fastify/cors';
import helmet from '@fastify/helmet';
import type { FastifyInstance } from 'fastify';

/** Of brotli's 11: a page is a twentieth smaller than with the default of 4. */
const COMPRESSION = 6;

/**
 * Headers for browsers: no answer of the API may be shown as a page, and only pages of these
 * origins may read it.
 */
export async function addBrowserRules(app: FastifyInstance, origins: string[]): Promise<void> {
  await app.register(helmet, {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] },
    },
    // Without this the configured origins couldn't read an answer; CORS keeps all others from it.
    crossOriginResourcePolicy: { policy: origins.length > 0 ? 'cross-origin' : 'same-origin' },
    // Of browsers and plug-ins that are gone, or about documents alone: bytes of every answer.
    xDnsPrefetchControl: false,
    xDownloadOptions: false,
    xPermittedCrossDomainPolicies: false,
    xXssProtection: false,
    originAgentCluster: false,
  });
  // Compression is safe here: no answer holds another account's secret beside the caller's own
  // text, so that its length tells nothing. Event streams aren't compressed.
  await app.register(compress, {
    encodings: ['br', 'gzip'],
    globalDecompression: false,
    brotliOptions: { params: { [constants.BROTLI_PARAM_QUALITY]: COMPRESSION } },
  });
  // A stored balance would be out of date.
  app.addHook('onSend', async (_request, reply) => {
    if (!reply.hasHeader('cache-control')) reply.header('cache-control', 'no-store');
  });
  if (origins.length === 0) return;
  await app.register(cors, {
    origin: origins.includes('*') ? '*' : origins,
    methods: ['GET', 'POST', 'PUT', 'DELETE'],
    allowedHeaders: [
      ...['Authorization', 'Content-Type', 'Idempotency-Key', 'Last-Event-ID'],
      // Of a page whose requests are traced.
      ...['traceparent', 'tracestate'],
    ],
    exposedHeaders: [
      'Location',
      'Retry-After',
      'X-RateLimit-Limit',
      'X-RateLimit-Remaining',
      'X-RateLimit-Reset',
    ],
    maxAge: 600,
  });
}
