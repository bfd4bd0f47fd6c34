import type { IncomingHttpHeaders } from 'node:http';
import type { FastifyInstance, FastifyReply, FastifyRequest, FastifySchemaCompiler } from 'fastify';
import { z } from 'zod';
import { repeatedMembers } from '../../catalog/repeated-members';
import { HoldfastError } from '../../contract/errors';
import { coded } from '../../contract/fields';
import { codeAt, parse } from '../../contract/parse';

/**
 * Reads one part of a request.
 *
 * @throws HoldfastError with the code of the first field that is wrong
 */
type Reader = (raw: unknown) => unknown;

/**
 * Path, headers and query are parsed by the route's schema. Of a body only the names of its members
 * are checked: the client parses its values, by the same schema.
 */
export const validatorCompiler: FastifySchemaCompiler<z.ZodObject> = ({ schema, httpPart }) => {
  const read = partReader(schema, httpPart);
  return (raw: unknown) => {
    try {
      return { value: read(raw) };
    } catch (error) {
      if (error instanceof HoldfastError) return { error };
      throw error;
    }
  };
};

function partReader(schema: z.ZodObject, httpPart?: string): Reader {
  if (httpPart === 'body') return bodyReader(schema);
  if (httpPart === 'querystring') return queryReader(schema);
  return (raw) => parse(schema, raw, httpPart === 'params' ? 'path' : 'request');
}

/** Takes any values, but no unknown member, and none of the required members may be missing. */
function bodyReader({ shape }: z.ZodObject): Reader {
  const members = Object.entries(shape).map(([name, field]) => {
    const isOptional = z.safeParse(field, undefined).success;
    const given = isOptional
      ? z.unknown().optional()
      : z.unknown().refine((value) => value !== undefined, 'is missing');
    return [name, coded(codeAt(field, []) ?? 'INVALID_ARGUMENT', given)];
  });
  const body = z.strictObject(Object.fromEntries(members));
  return (raw) => parse(body, raw, 'body');
}

/**
 * A query is text. Digits are a number; other texts that JavaScript would convert to a number are
 * none.
 */
const VALUES: Record<string, { text: RegExp; read(text: string): unknown }> = {
  integer: { text: /^-?\d{1,15}$/, read: Number },
  number: { text: /^-?\d{1,15}(\.\d{1,15})?$/, read: Number },
  boolean: { text: /^(true|false)$/, read: (text) => text === 'true' },
};

function queryReader(schema: z.ZodObject): Reader {
  const { properties = {} } = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });
  const read = ([name, given]: [string, unknown]) => {
    const field = properties[name];
    const value = typeof field === 'object' ? VALUES[String(field.type)] : undefined;
    // Text that is no such value stays as it is, and the schema refuses it.
    return [name, typeof given === 'string' && value?.text.test(given) ? value.read(given) : given];
  };
  return (raw) =>
    parse(schema, Object.fromEntries(Object.entries(raw as object).map(read)), 'query');
}

type Parser = (
  request: FastifyRequest,
  text: string,
  done: (error: Error | null, body?: unknown) => void,
) => void;

/**
 * Bodies are JSON alone. A repeated member is refused, because programs on the way could read one
 * or the other.
 */
export function addBodies(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  const parseJson = app.getDefaultJsonParser('error', 'error') as Parser;
  const parser: Parser = (request, text, done) =>
    parseJson(request, text, (error, body) => done(error ?? repetitionIn(text), body));
  app.addContentTypeParser<string>('application/json', { parseAs: 'string' }, parser);
  app.addHook('preParsing', async ({ headers }, reply) => refuseEncoded(headers, reply));
}

/** A compressed body may be small on the wire and huge when it is read. */
function refuseEncoded({ 'content-encoding': encoding }: IncomingHttpHeaders, reply: FastifyReply) {
  if (encoding === undefined || encoding.toLowerCase() === 'identity') return;
  reply.header('accept-encoding', 'identity');
  throw new HoldfastError(
    'UNSUPPORTED_MEDIA_TYPE',
    'A body is sent as it is, without Content-Encoding.',
  );
}

function repetitionIn(json: string): HoldfastError | null {
  // Only the first one: a hostile body may have many, each at the end of a long path.
  const [path] = repeatedMembers(json);
  if (path === undefined) return null;
  return new HoldfastError('MALFORMED_REQUEST', 'The body has a member twice.', {
    field: String(path.at(-1)),
  });
}
