import type { FastifyInstance } from 'fastify';
import { HoldfastError } from '../../domain/errors';

/** A path that exists and doesn't take the method is told apart from one that doesn't exist. */
export function addUnknownPaths(app: FastifyInstance): void {
  const methodsByPath = new Map<string, { path: RegExp; methods: Set<string> }>();
  app.addHook('onRoute', ({ url, method }) => {
    const known = methodsByPath.get(url) ?? { path: patternOf(url), methods: new Set() };
    for (const name of [method].flat()) known.methods.add(name);
    methodsByPath.set(url, known);
  });
  app.setNotFoundHandler({ preHandler: app.rateLimit() }, (request, reply) => {
    const [path = ''] = request.url.split('?');
    const known = [...methodsByPath.values()].find((route) => route.path.test(path));
    if (known === undefined) throw new HoldfastError('NOT_FOUND', 'There is nothing at this path.');
    const allowed = [...known.methods].sort().join(', ');
    reply.header('allow', allowed);
    throw new HoldfastError('METHOD_NOT_ALLOWED', `This path takes ${allowed}.`);
  });
}

function patternOf(url: string): RegExp {
  const parts = url.split('/').map((part) => (part.startsWith(':') ? '[^/]+' : part.replaceAll('.', '\\.')));
  return new RegExp(`^${parts.join('/')}$`);
}
