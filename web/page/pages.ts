import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { HoldfastError } from '../../contract/errors';
import { firstKnownLocale } from '../element/words/format';
import type { Authenticate } from '../http/authentication';
import { principalOf } from '../http/authorisation';
import { asHoldfastError, reportedProblem } from '../http/problems';
import type { RouteContext } from '../route-context';
import { creditsPage, type PageLinks } from './credits-page';
import { failurePage, logInPage, logInProgressPage } from './login-pages';
import { readOverview } from './overview';
import { addScripts } from './scripts';
import { sendPage } from './send-page';
import { addCookieAuthentication, addSession, endSession, tokenIn } from './session';

export interface PageOptions {
  context: RouteContext;
  authenticate: Authenticate;
  elementFolder: string;
  links: PageLinks;
}

/** Adds the element's script, and the default page around the element. */
export async function addPages(app: FastifyInstance, options: PageOptions): Promise<void> {
  await app.register(async (scripts) => addScripts(scripts, options.elementFolder));
  await app.register(async (session) => addSession(session, options.authenticate));
  await app.register(async (documents) => addDocuments(documents, options));
}

/** Adds the pages for people. Their errors are HTML as well. */
function addDocuments(app: FastifyInstance, { context, authenticate, links }: PageOptions): void {
  addCookieAuthentication(app, authenticate);
  app.setErrorHandler((error: FastifyError | HoldfastError, request, reply) =>
    sendFailure(request, reply, asHoldfastError(error), links),
  );
  const hidden = { schema: { hide: true } };
  app.get('/credits', hidden, async (request, reply) => {
    request.accountId = principalOf(request).name;
    const overview = await readOverview(context, request.accountId);
    const locale = localeOf(request.headers['accept-language']);
    return sendPage(reply, creditsPage(tokenIn(request) ?? '', overview, locale, links));
  });
  app.get('/credits/login', hidden, async (_request, reply) =>
    sendPage(reply, logInProgressPage(links)),
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
    return sendPage(reply, failurePage(problem));
  endSession(reply);
  return sendPage(reply.header('www-authenticate', 'Bearer'), logInPage(error, links));
}

/** The locale that an Accept-Language header asks for; browsers send the preferred one first. */
export function localeOf(header = ''): string {
  return firstKnownLocale(header.split(',').map((part) => (part.split(';')[0] ?? '').trim()));
}
