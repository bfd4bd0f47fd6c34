import swagger from '@fastify/swagger';
import type { FastifyContextConfig, FastifyInstance } from 'fastify';
import { jsonSchemaTransform, jsonSchemaTransformObject } from 'fastify-type-provider-zod';
import { SCOPES, SERVICE_SCOPES } from '../../contract/scopes';

/** The version in the paths. The API is only extended; an incompatible one would have new paths. */
const API_VERSION = '1.0.0';

const DESCRIPTION = `Prepaid credits: quotes, generations, balances, history, subscriptions and packs.

A path below \`/v1/accounts\` is about one account. The account's own token calls it \`me\` or by its id; a service token, which says
\`holdfast_service: true\`, calls any account by its id. What billing and operators do takes a service's token, and so do the other paths. Every request that changes something takes an
\`Idempotency-Key\`: the same key with the same body gets the first answer, and is charged once.`;

const BEARER = { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } as const;

const PROBLEM_CONTENT = {
  'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } },
};

const PROBLEMS = {
  400: {
    description: 'The request makes no sense; `code` says what is wrong.',
    content: PROBLEM_CONTENT,
  },
  401: { description: 'There is no valid token.', content: PROBLEM_CONTENT },
  403: {
    description: 'The token is for another account, or lacks the scope.',
    content: PROBLEM_CONTENT,
  },
  429: {
    description: 'Too many requests; `Retry-After` says when to ask again.',
    content: PROBLEM_CONTENT,
  },
  default: { description: 'Any other problem, by its `code`.', content: PROBLEM_CONTENT },
};

type Transformed = ReturnType<typeof jsonSchemaTransform>;

/** Makes the document from the schemas of the routes that are registered afterwards. */
export async function addOpenApi(app: FastifyInstance): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Holdfast',
        version: API_VERSION,
        description: DESCRIPTION,
        license: { name: 'MIT', identifier: 'MIT' },
      },
      servers: [{ url: '/' }],
      components: {
        securitySchemes: {
          account: {
            ...BEARER,
            description:
              'The token of one account: `sub` is its id. It allows what its `account_scope` names, or else its `scope` or `scp`. Without any of them it reads, and changes nothing.',
          },
          service: {
            ...BEARER,
            description: `A product service's token: it has the claim \`holdfast_service: true\`, and \`scope\` or \`scp\` holds ${scopesInWords()}.`,
          },
        },
      },
    },
    transform: (input) => {
      const transformed = jsonSchemaTransform(input);
      return input.schema?.hide ? transformed : withProblems(transformed, input.route.config);
    },
    transformObject: (input) => withoutUnused(jsonSchemaTransformObject(input)),
  });
}

function scopesInWords(): string {
  return Object.entries(SCOPES)
    .map(([scope, meaning]) => `\`${scope}\` (${meaning})`)
    .join(', ');
}

function withProblems(
  { schema, url }: Transformed,
  { scope, streams }: FastifyContextConfig = {},
): Transformed {
  const { response = {}, ...rest } = schema as { response?: Record<string, object> };
  const answers = Object.entries(response).map(([status, answer]) => [
    status,
    described(status, answer),
  ]);
  const stream = streams && {
    200: { description: streams.description, content: textOf(streams.type) },
  };
  const isForServices = scope !== undefined && SERVICE_SCOPES.includes(scope);
  const security = scope && [...(isForServices ? [] : [{ account: [] }]), { service: [scope] }];
  return {
    url,
    schema: {
      ...rest,
      ...(security && { security }),
      response: { ...stream, ...Object.fromEntries(answers), ...(scope && PROBLEMS) },
    },
  } as Transformed;
}

const MEANINGS: Record<string, string> = {
  200: 'The answer.',
  201: 'It is done, or under way.',
  202: 'It is taken up, and not decided yet.',
  503: 'Something behind the server is out of reach.',
};

function described(status: string, answer: object) {
  return { description: MEANINGS[status], content: { 'application/json': { schema: answer } } };
}

function textOf(type: string) {
  return { [type]: { schema: { type: 'string' } } };
}

/**
 * Drops unused schemas: each named schema is made once for requests and once for answers, and most
 * are used for one.
 */
function withoutUnused<T extends object>(document: T): T {
  const { components, ...rest } = document as T & {
    components: { schemas: Record<string, object> };
  };
  const used = new Set<string>();
  const follow = (part: unknown) => {
    for (const [, name = ''] of JSON.stringify(part).matchAll(/#\/components\/schemas\/(\w+)/g)) {
      if (used.has(name)) continue;
      used.add(name);
      follow(components.schemas[name]);
    }
  };
  follow(rest);
  const schemas = Object.fromEntries(
    Object.entries(components.schemas).filter(([name]) => used.has(name)),
  );
  return { ...rest, components: { ...components, schemas } } as T;
}

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The answer of a route that sends no JSON. */
    streams?: { type: string; description: string };
  }
}
