import serveStatic from '@fastify/static';
import type { FastifyInstance } from 'fastify';
import { LANGUAGES, wordsFileOf } from '../element/words/languages';

export const SCRIPT_PATH = '/holdfast-credits.js';
export const LOGIN_SCRIPT_PATH = '/credits/login.js';

const FRESH_MS = 300_000;

/**
 * Headers by which every origin's page may load the element, which holds no data of any account.
 */
const FOR_ALL_ORIGINS = {
  'access-control-allow-origin': '*',
  'cross-origin-resource-policy': 'cross-origin',
};

/**
 * The scripts are the same for all visitors and cached by browsers, so that loading them doesn't
 * count against a limit.
 */
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
    handler: (_request, reply) => reply.headers(FOR_ALL_ORIGINS).sendFile('holdfast-credits.js'),
  });
  for (const file of LANGUAGES.map(wordsFileOf))
    app.route({
      ...FILE,
      url: `/${file}`,
      handler: (_request, reply) => reply.headers(FOR_ALL_ORIGINS).sendFile(file),
    });
  app.route({
    ...FILE,
    url: LOGIN_SCRIPT_PATH,
    handler: (_request, reply) => reply.sendFile('login.js'),
  });
}
