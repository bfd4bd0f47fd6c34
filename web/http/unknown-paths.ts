import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { HoldfastError } from '../../contract/errors';

/**
 * Answers METHOD_NOT_ALLOWED for a known path with another method, and NOT_FOUND for an unknown
 * path.
 */
export function addUnknownPaths(app: FastifyInstance): void {
  const methodsByPath = new Map<string, { path: RegExp; methods: Set<string> }>();
  app.addHook('onRoute', ({ url, method }) => {
    const known = methodsByPath.get(url) ?? { path: patternOf(url), methods: new Set() };
    for (const name of [method].flat()) known.methods.add(name);
    methodsByPath.set(url, known);
  });
  const limit = app.rateLimit();
  // Answered before the body is read.
  app.addHook('onRequest', async (request, reply) => {
    if (!request.is404) return;
    await limit.call(app, request, reply);
    throw unknown(request, reply);
  });
  app.setNotFoundHandler((request, reply) => {
    throw unknown(request, reply);
  });
  const unknown = ({ url }: FastifyRequest, reply: FastifyReply) => {
    const [path = ''] = url.split('?');
    const known = [...methodsByPath.values()].find((route) => route.path.test(path));
    if (known === undefined)
      return new HoldfastError('NOT_FOUND', 'There is nothing at this path.');
    const allowed = [...known.methods].sort().join(', ');
    reply.header('allow', allowed);
    return new HoldfastError('METHOD_NOT_ALLOWED', `This path takes ${allowed}.`);
  };
}

function patternOf(url: string): RegExp {
  const parts = url
    .split('/')
    .map((part) => (part.startsWith(':') ? '[^/]+' : part.replaceAll('.', '\\.')));
  return new RegExp(`^${parts.join('/')}$`);
}
