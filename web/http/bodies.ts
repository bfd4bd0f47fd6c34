import type { FastifyInstance, FastifyRequest } from 'fastify';
import { repeatedMembers } from '../../catalog/repeated-members';
import { HoldfastError } from '../../contract/errors';

type Parser = (
  request: FastifyRequest,
  text: string,
  done: (error: Error | null, body?: unknown) => void,
) => void;

/** Bodies are JSON and nothing else, and mean the same to everybody on their way: no member stands there twice. */
export function addBodies(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  const parseJson = app.getDefaultJsonParser('error', 'error') as Parser;
  const parser: Parser = (request, text, done) =>
    parseJson(request, text, (error, body) => done(error ?? repetitionIn(text), body));
  app.addContentTypeParser<string>('application/json', { parseAs: 'string' }, parser);
}

function repetitionIn(json: string): HoldfastError | null {
  // The first one alone: of a hostile body there may be many, each at the end of a long path.
  const [path] = repeatedMembers(json);
  if (path === undefined) return null;
  return new HoldfastError('MALFORMED_REQUEST', 'The body has a member twice.', {
    field: String(path.at(-1)),
  });
}
