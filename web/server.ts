import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { Meter, Tracer } from '@opentelemetry/api';
import fastify, { type FastifyInstance, LogController } from 'fastify';
import { serializerCompiler } from 'fastify-type-provider-zod';
import type { Logger } from 'pino';
import { measureAnswers, showEventStreams } from '../telemetry/http-metrics';
import { traceRequests } from '../telemetry/http-tracing';
import { AccountWatch } from './events/account-watch';
import { EventStreams } from './events/event-streams';
import { type AuthOptions, createAuthenticator } from './http/authentication';
import { addAuthentication, guardAccounts, guardServices } from './http/authorisation';
import { answerBrokenRequest } from './http/broken-requests';
import { addBrowserRules } from './http/browsers';
import { addLimits, DEFAULT_LIMITS, type WebLimits } from './http/limits';
import { addRequestLog } from './http/logging';
import { addOpenApi } from './http/openapi';
import { addProblems, asHoldfastError, sendProblem } from './http/problems';
import { addUnknownPaths } from './http/unknown-paths';
import { addBodies, validatorCompiler } from './http/validation';
import type { PageLinks } from './page/credits-page';
import { addPages } from './page/pages';
import type { RouteContext } from './route-context';
import { addAccountRoutes } from './routes/account-routes';
import { addBillingEventRoutes } from './routes/billing-event-routes';
import { addEventRoutes } from './routes/event-routes';
import { addGenerationRoutes } from './routes/generation-routes';
import { addHealthRoutes } from './routes/health-routes';
import { addHistoryRoutes } from './routes/history-routes';
import { addActRoutes } from './routes/operators/act-routes';
import { addCatalogRoutes } from './routes/operators/catalog-routes';
import { addDisputeRoutes } from './routes/operators/dispute-routes';
import { addGrantRoutes } from './routes/operators/grant-routes';
import { addInterventionRoutes } from './routes/operators/intervention-routes';
import {
  addCommonLimitRoutes,
  addOperatorLimitRoutes,
} from './routes/operators/operator-limit-routes';
import { addReconciliationRoutes } from './routes/operators/reconciliation-routes';
import { addRefundRoutes } from './routes/operators/refund-routes';
import { addReportRoutes } from './routes/operators/report-routes';
import { addStopRoutes } from './routes/operators/stop-routes';
import { addStuckRoutes } from './routes/operators/stuck-routes';
import { addPriceRoutes } from './routes/price-routes';
import { addPurchaseRoutes } from './routes/purchase-routes';
import { addSettingsRoutes } from './routes/settings-routes';
import { addSubscriptionRoutes } from './routes/subscription-routes';
import { addStripeRoute, type StripeOptions } from './stripe/stripe-routes';

/** What the server needs. Limits that are left out have their defaults. */
export interface ServerOptions
  extends PageLinks,
    Pick<RouteContext, 'client' | 'ledger' | 'operator'> {
  auth: AuthOptions;
  log: Logger;
  limits?: Partial<WebLimits>;
  /** The origins whose pages may call the API: `https://app.example`, or `*`. None by default. */
  corsOrigins?: string[];
  /**
   * The proxies in front, as addresses or networks. The caller's address is taken from their
   * headers alone.
   */
  trustedProxies?: string[];
  /** Takes events of Stripe, signed by these secrets; without it there is no route for them. */
  stripe?: StripeOptions;
  /** How often the accounts of open streams are polled; 1,000 by default. */
  streamPollMs?: number;
  /** How often an open stream gets a sign of life; 15,000 by default. */
  streamHeartbeatMs?: number;
  /** What measures its answers and streams; without it nothing does. */
  meter?: Meter;
  /** What traces its requests; without it nothing does. */
  tracer?: Tracer;
  /** The folder of the bundled element; by default the one beside the built code. */
  elementFolder?: string;
}

/** Ids have 128 characters at most, and each may be percent-encoded as three. */
const PARAM_LENGTH_MAX = 400;
/** A request that is too slow is noticed within a quarter of its time limit. */
const SLOWNESS_CHECKS = 4;
/** An answer may take as long as a payment, with no traffic on the connection meanwhile. */
const IDLE_TIMEOUTS = 3;

/**
 * Makes the server of the HTTP API and the credits page, as a Fastify instance that doesn't listen
 * yet. Its `close` ends the streams, and leaves the client and the ledger open.
 *
 * @example const app = await createServer({ client, ledger, auth, log });
 *   await app.listen({ port: 8080 });
 * @throws Error if the secret is too short
 */
export async function createServer(options: ServerOptions): Promise<FastifyInstance> {
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  const app = openServer(options, limits);
  const streams = new EventStreams({
    watch: new AccountWatch({ ...options, pollMs: options.streamPollMs ?? 1_000 }),
    limits,
    heartbeatMs: options.streamHeartbeatMs ?? 15_000,
  });
  app.addHook('preClose', async () => streams.close());
  addProblems(app);
  addRequestLog(app);
  const { meter, tracer } = options;
  if (tracer) traceRequests(tracer, app);
  if (meter) {
    measureAnswers(meter, app);
    showEventStreams(meter, () => streams.count);
  }
  await addBrowserRules(app, options.corsOrigins ?? []);
  const authenticate = createAuthenticator(options.auth, options.log);
  addAuthentication(app, authenticate);
  await addLimits(app, limits);
  addUnknownPaths(app);
  await addOpenApi(app);
  const context = { ...options, streams };
  await app.register(async (accounts) => addRoutes(accounts, context), {
    prefix: '/v1/accounts/:accountId',
  });
  await app.register(
    async (services) => {
      guardServices(services);
      addActRoutes(services, context);
      addCatalogRoutes(services, context);
      addStopRoutes(services, context);
      addReconciliationRoutes(services, context);
      addCommonLimitRoutes(services, context);
      addStuckRoutes(services, context);
      addReportRoutes(services, context);
      addBillingEventRoutes(services, context);
    },
    { prefix: '/v1' },
  );
  const { stripe } = options;
  if (stripe) await app.register(async (told) => addStripeRoute(told, { ...context, stripe }));
  await app.register(async (health) => addHealthRoutes(health, options));
  const elementFolder = options.elementFolder ?? join(__dirname, '..', 'element');
  await addPages(app, { context, authenticate, elementFolder, links: options });
  return app;
}

function openServer({ log, trustedProxies }: ServerOptions, limits: WebLimits): FastifyInstance {
  const timeoutMs = limits.requestSeconds * 1000;
  const app = fastify({
    loggerInstance: log,
    logController: new LogController({ disableRequestLogging: true }),
    genReqId: () => randomUUID(),
    bodyLimit: limits.bodyBytesMax,
    requestTimeout: timeoutMs,
    connectionTimeout: IDLE_TIMEOUTS * timeoutMs,
    // Node allows a request the longer of the two limits, and the limit for headers is a minute by
    // default.
    http: {
      headersTimeout: timeoutMs,
      connectionsCheckingInterval: Math.ceil(timeoutMs / SLOWNESS_CHECKS),
    },
    trustProxy: trustedProxies ?? false,
    routerOptions: { maxParamLength: PARAM_LENGTH_MAX },
    forceCloseConnections: true,
    return503OnClosing: false,
    clientErrorHandler: answerBrokenRequest,
    frameworkErrors: (error, request, reply) => {
      sendProblem(request, reply, asHoldfastError(error));
    },
  }) as unknown as FastifyInstance;
  addBodies(app);
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  return app;
}

function addRoutes(app: FastifyInstance, context: RouteContext): void {
  guardAccounts(app);
  addPriceRoutes(app, context);
  addAccountRoutes(app, context);
  addHistoryRoutes(app, context);
  addGenerationRoutes(app, context);
  addPurchaseRoutes(app, context);
  addSettingsRoutes(app, context);
  addSubscriptionRoutes(app, context);
  addGrantRoutes(app, context);
  addRefundRoutes(app, context);
  addDisputeRoutes(app, context);
  addInterventionRoutes(app, context);
  addOperatorLimitRoutes(app, context);
  addEventRoutes(app, context);
}
