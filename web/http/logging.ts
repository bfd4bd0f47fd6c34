import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import pino, { type DestinationStream, type Logger } from 'pino';
import type { LogLevel } from '../../config/values';
import { HoldfastError } from '../../contract/errors';
import { errorInLog } from '../../domain/error-in-log';
import { forLog } from '../../tokens/refusal';

/** What an orchestrator asks again and again. */
const PROBES = new Set(['/health', '/health/live', '/health/ready']);

/**
 * A log of one JSON line per event. It never holds what a caller has written: no header, no body,
 * of a path only its pattern, and of an error no message, because messages quote their input. The
 * one exception is what a refused token claims of itself, cut and on one line.
 *
 * @example createLogger('info', pino.destination({ fd: 2, sync: true }))
 */
export function createLogger(
  level: LogLevel,
  destination: DestinationStream,
  service = 'holdfast-web',
): Logger {
  return pino(
    {
      level,
      base: { service },
      serializers: {
        err: errorInLog,
        req: requestInLog,
        res: ({ statusCode }: FastifyReply) => ({ statusCode }),
      },
    },
    destination,
  );
}

function requestInLog({ method, routeOptions }: FastifyRequest) {
  return { method, route: routeOptions?.url ?? null };
}

/**
 * Logs every answered request, with its caller, its status and its duration in milliseconds. A probe
 * that finds nothing wrong is logged at `debug`: one comes every few seconds.
 */
export function addRequestLog(app: FastifyInstance): void {
  app.addHook('onResponse', async (request, reply) => {
    const ms = Math.round(reply.elapsedTime);
    const isQuiet = PROBES.has(request.routeOptions.url ?? '') && reply.statusCode < 400;
    const line = { req: request, res: reply, ms, ...callerInLog(request) };
    request.log[isQuiet ? 'debug' : 'info'](line, 'answered');
  });
}

/** Whose account a request is about, and who asks: its token's account or service. */
export function callerInLog({ accountId, principal }: FastifyRequest): object {
  // The codec server has no principals.
  const isKnown = principal && !(principal instanceof HoldfastError);
  return {
    ...(accountId && { accountId }),
    ...(isKnown && { principal: { kind: principal.kind, name: forLog(principal.name) } }),
  };
}
