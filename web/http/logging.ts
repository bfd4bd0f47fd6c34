import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import pino, { type DestinationStream, type Logger } from 'pino';
import type { LogLevel } from '../../config/values';
import { HoldfastError } from '../../contract/errors';
import { forLog } from './tokens/refusal';

/**
 * A log of one JSON line per event. It never holds what a caller has written: no header, no body,
 * of a path only its pattern, and of an error no message, because messages quote their input. The
 * one exception is what a refused token claims of itself, cut and on one line.
 *
 * @example createLogger('info', pino.destination({ fd: 2, sync: true }))
 */
export function createLogger(level: LogLevel, destination: DestinationStream): Logger {
  return pino(
    {
      level,
      base: { service: 'holdfast-web' },
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

function errorInLog(error: Error & { code?: unknown; cause?: unknown }): object {
  // The message comes before the frames, and may itself have lines that look like frames.
  const { stack = '', message } = error;
  const frames = stack
    .slice(stack.indexOf(message) + message.length)
    .split('\n')
    .filter((line) => /^ +at /.test(line));
  return {
    type: error.name,
    ...(typeof error.code === 'string' && /^[\w-]{1,40}$/.test(error.code) && { code: error.code }),
    frames: frames.map((line) => line.trim()),
    ...(error.cause instanceof Error && { cause: errorInLog(error.cause) }),
  };
}

/** Logs every answered request, with its caller, its status and its duration in milliseconds. */
export function addRequestLog(app: FastifyInstance): void {
  app.addHook('onResponse', async (request, reply) => {
    const { accountId, principal } = request;
    const isKnown = principal !== null && !(principal instanceof HoldfastError);
    request.log.info(
      {
        req: request,
        res: reply,
        ms: Math.round(reply.elapsedTime),
        ...(accountId && { accountId }),
        ...(isKnown && { principal: { kind: principal.kind, name: forLog(principal.name) } }),
      },
      'answered',
    );
  });
}
