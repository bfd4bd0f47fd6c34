import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { HoldfastError } from '../../contract/errors';
import { firstKnownLocale } from '../element/words/format';
import type { Authenticate } from '../http/authentication';
import { principalOf } from '../http/authorisation';
import { asHoldfastError, reportedProblem } from '../http/problems';
import type { RouteContext } from '../route-context';
import { creditsPage, LOG_OUT_PATH, type PageLinks, TOKEN_PATH } from './credits-page';
import { failurePage, logInPage, logInProgressPage } from './login-pages';
import { readOverview } from './overview';
import { checkOwnForm, checkOwnPage } from './own-page';
import { addRootPage } from './root-page';
import { addScripts } from './scripts';
import { sendPage } from './send-page';
import { addCookieAuthentication, addSession } from './session';
import { endSession, tokenIn } from './session-cookie';
import type { PageWords } from './words/english';
import { pageWordsFor } from './words-for';

export interface PageOptions {
  context: RouteContext;
  authenticate: Authenticate;
  elementFolder: string;
  links: PageLinks;
}

/** Adds the element's script, and the default page around the element. */
export async function addPages(app: FastifyInstance, options: PageOptions): Promise<void> {
  addRootPage(app);
  await app.register(async (scripts) => addScripts(scripts, options.elementFolder));
  await app.register(async (session) => addSession(session, options.authenticate));
  await app.register(async (token) => addToken(token, options.authenticate));
  await app.register(async (documents) => addDocuments(documents, options));
}

/** Gives the session's token to the element of the default page, so that no HTML holds it. */
function addToken(app: FastifyInstance, authenticate: Authenticate): void {
  addCookieAuthentication(app, authenticate);
  app.get(
    TOKEN_PATH,
    { schema: { hide: true }, onRequest: async (request) => checkOwnPage(request) },
    async (request, reply) => {
      request.accountId = principalOf(request).name;
      return reply.type('text/plain').send(tokenIn(request));
    },
  );
}

/** Adds the pages for people. Their errors are HTML as well. */
function addDocuments(app: FastifyInstance, { context, authenticate, links }: PageOptions): void {
  addCookieAuthentication(app, authenticate);
  app.setErrorHandler((error: FastifyError | HoldfastError, request, reply) =>
    sendFailure(request, reply, asHoldfastError(error), links),
  );
  // The pages for visitors without a session cost nothing, so no other visitor can use them up.
  const document = { schema: { hide: true }, config: { visitors: 'none' } } as const;
  app.get('/credits', document, async (request, reply) => {
    request.accountId = principalOf(request).name;
    const overview = await readOverview(context, request.accountId);
    const locale = localeOf(request.headers['accept-language']);
    return sendPage(reply, creditsPage(overview, locale, links));
  });
  app.get('/credits/login', { ...document, config: { rateLimit: false } }, async (request, reply) =>
    sendPage(reply, logInProgressPage(links, pageWordsOf(request))),
  );
  app.addContentTypeParser(
    'application/x-www-form-urlencoded',
    { parseAs: 'string', bodyLimit: 1_024 },
    (_request, _text, done) => done(null, {}),
  );
  app.post(
    LOG_OUT_PATH,
    { ...document, onRequest: async (request) => checkOwnForm(request) },
    async (request, reply) => {
      if (tokenIn(request) !== undefined) endSession(reply);
      return reply.redirect('/credits', 303);
    },
  );
}

function sendFailure(
  request: FastifyRequest,
  reply: FastifyReply,
  error: HoldfastError,
  links: PageLinks,
): FastifyReply {
  const problem = reportedProblem(request, error);
  if (problem.status !== 401 && error.code !== 'FORBIDDEN')
    return sendPage(reply, failurePage(problem, pageWordsOf(request)));
  // A link of another site brings no cookie along. Then the session that there may be goes on.
  if (tokenIn(request) !== undefined) endSession(reply);
  return sendPage(
    reply.header('www-authenticate', 'Bearer'),
    logInPage(error, links, pageWordsOf(request)),
  );
}

function pageWordsOf({ headers }: FastifyRequest): PageWords {
  return pageWordsFor(localeOf(headers['accept-language']));
}

/** The locale that an Accept-Language header asks for; browsers send the preferred one first. */
export function localeOf(header = ''): string {
  return firstKnownLocale(header.split(',').map((part) => (part.split(';')[0] ?? '').trim()));
}
