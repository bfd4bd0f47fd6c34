import serveStatic from '@fastify/static';
import type { FastifyInstance } from 'fastify';

export const SCRIPT_PATH = '/holdfast-credits.js';
export const LOGIN_SCRIPT_PATH = '/credits/login.js';

const FRESH_MS = 300_000;

/** Any product's page may load the element: it holds nothing of anybody, and is the same for all. */
const FOR_EVERYBODY = {
  'access-control-allow-origin': '*',
  'cross-origin-resource-policy': 'cross-origin',
};

/** Files that are the same for everybody and kept by browsers aren't counted against whoever loads them. */
const FILE = { method: ['GET', 'HEAD'], config: { rateLimit: false }, schema: { hide: true } };

export async function addScripts(app: FastifyInstance, elementFolder: string): Promise<void> {
  const served = {
    root: elementFolder,
    serve: false,
    preCompressed: true,
    acceptRanges: false,
    maxAge: FRESH_MS,
  };
  await app.register(serveStatic, served);
  app.addHook('onRequest', async (_request, reply) => {
    reply.header('vary', 'accept-encoding');
  });
  app.route({
    ...FILE,
    url: SCRIPT_PATH,
    handler: (_request, reply) => reply.headers(FOR_EVERYBODY).sendFile('holdfast-credits.js'),
  });
  app.route({
    ...FILE,
    url: LOGIN_SCRIPT_PATH,
    handler: (_request, reply) => reply.sendFile('login.js'),
  });
}
