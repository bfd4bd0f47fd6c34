import { randomBytes, randomUUID } from 'node:crypto';
import cors from '@fastify/cors';
import helmet from '@fastify/helmet';
import type { Payload } from '@temporalio/common';
import fastify, { type FastifyInstance, type FastifyRequest, LogController } from 'fastify';
import type { Logger } from 'pino';
import { z } from 'zod';
import { createPayloadCodec } from '../../codec/payload-codec';
import { HoldfastError } from '../../contract/errors';
import { parse } from '../../contract/parse';
import { answerBrokenRequest } from '../http/broken-requests';
import { addRequestLog } from '../http/logging';
import {
  addProblems,
  asHoldfastError,
  problemOf,
  sendDocument,
  sendProblem,
} from '../http/problems';
import { addBodies } from '../http/validation';
import type { CodecServerConfig } from './codec-server-config';
import { loggedInPage, loginPage, pageHeaders } from './login-page';
import { OperatorSessions } from './operator-session';

/** Temporal takes payloads of 2 MiB, and one request may hold all of an event's in base64. */
const BODY_BYTES_MAX = 16 * 1024 * 1024;
const FORM_BYTES_MAX = 16 * 1024;

const bytes = z.base64();

/** Temporal's remote codec protocol: payloads as JSON, each of their bytes in base64. */
const decodeRequest = z.object({
  payloads: z.array(
    z.object({ metadata: z.record(z.string(), bytes).optional(), data: bytes.optional() }),
  ),
});

type JsonPayload = z.output<typeof decodeRequest>['payloads'][number];

/**
 * Makes the server by which Temporal's UI and command line show payloads in clear to an operator
 * who has logged in. It decodes and never encodes: Holdfast's workflows are not started or
 * signalled by hand.
 */
export async function createCodecServer(
  config: Pick<CodecServerConfig, 'codecKeys' | 'secret' | 'uiOrigins'>,
  log: Logger,
): Promise<FastifyInstance> {
  const app = openServer(log);
  const codec = createPayloadCodec(config.codecKeys);
  const sessions = new OperatorSessions(config.secret);
  await addCodecBrowserRules(app, config.uiOrigins);
  addProblems(app);
  addRequestLog(app);
  addLogin(app, sessions);
  app.post(
    '/decode',
    {
      // Before the body is read.
      onRequest: async (request) => {
        checkOrigin(request, config.uiOrigins);
        sessions.check(request);
      },
    },
    async (request, reply) => {
      const { payloads } = parse(decodeRequest, request.body, 'body');
      try {
        return { payloads: (await codec.decode(payloads.map(fromJson))).map(toJson) };
      } catch (error) {
        if (!(error instanceof HoldfastError)) throw error;
        // An operator is told which key is missing; callers of the HTTP API are not.
        const problem = problemOf(error, request.id);
        return sendDocument(reply, { ...error.details, ...problem, detail: error.message });
      }
    },
  );
  app.get('/health', async () => ({ healthy: true }));
  app.setNotFoundHandler(() => {
    throw new HoldfastError('NOT_FOUND', 'There is nothing at this path.');
  });
  return app;
}

function openServer(log: Logger): FastifyInstance {
  const app = fastify({
    loggerInstance: log,
    logController: new LogController({ disableRequestLogging: true }),
    genReqId: () => randomUUID(),
    bodyLimit: BODY_BYTES_MAX,
    requestTimeout: 30_000,
    forceCloseConnections: true,
    clientErrorHandler: answerBrokenRequest,
    frameworkErrors: (error, request, reply) => {
      sendProblem(request, reply, asHoldfastError(error));
    },
  }) as unknown as FastifyInstance;
  addBodies(app);
  return app;
}

async function addCodecBrowserRules(app: FastifyInstance, uiOrigins: string[]): Promise<void> {
  await app.register(helmet, {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] },
    },
    crossOriginResourcePolicy: { policy: 'cross-origin' },
  });
  await app.register(cors, {
    origin: uiOrigins,
    credentials: true,
    methods: ['POST'],
    allowedHeaders: ['Authorization', 'Authorization-Extras', 'Content-Type', 'X-Namespace'],
    maxAge: 600,
  });
  app.addHook('onSend', async (_request, reply) => {
    reply.header('cache-control', 'no-store');
  });
}

/** A page of another site on the same domain would send the cookie along. */
function checkOrigin({ headers }: FastifyRequest, uiOrigins: string[]): void {
  const { origin } = headers;
  if (origin !== undefined && !uiOrigins.includes(origin))
    throw new HoldfastError('CROSS_SITE_REQUEST', 'Only Temporal’s UI may ask from a browser.');
}

function addLogin(app: FastifyInstance, sessions: OperatorSessions): void {
  app.addContentTypeParser<string>(
    'application/x-www-form-urlencoded',
    { parseAs: 'string', bodyLimit: FORM_BYTES_MAX },
    (_request, text, done) => done(null, Object.fromEntries(new URLSearchParams(text))),
  );
  const nonceOf = () => randomBytes(16).toString('base64');
  app.get('/login', async (_request, reply) => {
    const nonce = nonceOf();
    return reply.headers(pageHeaders(nonce)).send(loginPage(nonce, false));
  });
  app.post('/login', async (request, reply) => {
    const nonce = nonceOf();
    const { secret } = (request.body ?? {}) as { secret?: unknown };
    const isIn = typeof secret === 'string' && sessions.begin(secret, request, reply);
    reply.code(isIn ? 200 : 401).headers(pageHeaders(nonce));
    return reply.send(isIn ? loggedInPage(nonce) : loginPage(nonce, true));
  });
  app.post('/logout', async (request, reply) => {
    sessions.end(request, reply);
    return reply.redirect('/login', 303);
  });
}

function fromJson({ metadata = {}, data = '' }: JsonPayload): Payload {
  const entries = Object.entries(metadata);
  return {
    metadata: Object.fromEntries(
      entries.map(([name, said]) => [name, Buffer.from(said, 'base64')]),
    ),
    data: Buffer.from(data, 'base64'),
  };
}

function toJson({ metadata, data }: Payload): JsonPayload {
  const entries = Object.entries(metadata ?? {});
  return {
    metadata: Object.fromEntries(entries.map(([name, said]) => [name, base64Of(said)])),
    data: base64Of(data ?? new Uint8Array()),
  };
}

function base64Of(said: Uint8Array): string {
  return Buffer.from(said).toString('base64');
}
