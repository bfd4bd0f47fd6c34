import type { FastifyInstance, FastifyRequest, FastifySchemaCompiler } from 'fastify';
import { z } from 'zod';
import { repeatedMembers } from '../../catalog/repeated-members';
import { HoldfastError } from '../../contract/errors';
import { coded } from '../../contract/fields';
import { codeAt, parse } from '../../contract/parse';

/** Takes a part of a request as it came. @throws HoldfastError with the code of the first field that is wrong */
type Reader = (raw: unknown) => unknown;

/**
 * Path, headers and query are read by the route's schema. Of a body only its members are looked at: whoever takes it parses
 * it, once, and knows it by the same schema.
 */
export const validatorCompiler: FastifySchemaCompiler<z.ZodObject> = ({ schema, httpPart }) => {
  const read = readerOf(schema, httpPart);
  return (raw: unknown) => {
    try {
      return { value: read(raw) };
    } catch (error) {
      if (error instanceof HoldfastError) return { error };
      throw error;
    }
  };
};

function readerOf(schema: z.ZodObject, httpPart?: string): Reader {
  if (httpPart === 'body') return bodyReader(schema);
  if (httpPart === 'querystring') return queryReader(schema);
  return (raw) => parse(schema, raw, httpPart === 'params' ? 'path' : 'request');
}

/** Any values: the same members, none of them unknown, and none missing that is required. */
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

/** A query is text: digits are a number, and nothing else that JavaScript would take for one. */
const VALUES: Record<string, { text: RegExp; read(text: string): unknown }> = {
  integer: { text: /^-?\d{1,15}$/, read: Number },
  number: { text: /^-?\d{1,15}(\.\d{1,15})?$/, read: Number },
  boolean: { text: /^(true|false)$/, read: (text) => text === 'true' },
};

function queryReader(schema: z.ZodObject): Reader {
  const { properties = {} } = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });
  const read = ([name, said]: [string, unknown]) => {
    const field = properties[name];
    const value = typeof field === 'object' ? VALUES[String(field.type)] : undefined;
    // What is none stays text, and is refused by the schema.
    return [name, typeof said === 'string' && value?.text.test(said) ? value.read(said) : said];
  };
  return (raw) =>
    parse(schema, Object.fromEntries(Object.entries(raw as object).map(read)), 'query');
}

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
