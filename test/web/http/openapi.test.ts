import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { validate } from '@readme/openapi-parser';
import Ajv from 'ajv/dist/2020';
import addFormats from 'ajv-formats';
import type { OpenAPIV3_1 } from 'openapi-types';
import { SCOPES, type Scope, SERVICE_SCOPES } from '../../../contract/scopes';
import { openWeb, type Web } from '../harness';
import { factsOf } from './published-api';

const PUBLISHED = readFileSync(join(__dirname, 'published', 'api-0.1.0.txt'), 'utf8')
  .trim()
  .split('\n');

let web: Web;
let document: OpenAPIV3_1.Document;
beforeAll(async () => {
  web = await openWeb();
  document = (await (await fetch(`${web.url}/openapi.json`)).json()) as OpenAPIV3_1.Document;
});
afterAll(() => web.close());

const operations = () =>
  Object.entries(document.paths ?? {}).flatMap(([path, methods]) =>
    Object.entries(methods ?? {}).map(([method, operation]) => ({
      name: `${method.toUpperCase()} ${path}`,
      path,
      operation: operation as OpenAPIV3_1.OperationObject,
    })),
  );

test('the document is valid OpenAPI 3.1', async () => {
  expect(document.openapi).toBe('3.1.0');
  expect(await validate(structuredClone(document) as never)).toEqual(
    expect.objectContaining({ valid: true }),
  );
});

test('all that 0.1.0 has published is still there, and no request needs more than it did', () => {
  const now = factsOf(document);
  expect(PUBLISHED.filter((fact) => !now.includes(fact))).toEqual([]);
  const operationOf = (fact: string) => fact.slice(0, fact.indexOf(' takes '));
  const known = new Set(PUBLISHED.map(operationOf));
  const needed = now.filter(
    (fact) => known.has(operationOf(fact)) && fact.includes(' takes ') && !fact.includes('?'),
  );
  expect(needed.filter((fact) => !PUBLISHED.includes(fact))).toEqual([]);
});

test('every operation has a name of its own and says what it does', () => {
  const names = operations().map(({ operation }) => operation.operationId);
  expect(new Set(names).size).toBe(names.length);
  expect(
    operations().filter(({ operation }) => !operation.summary || !operation.tags?.length),
  ).toEqual([]);
});

test('every operation about an account needs a token, by the schemes that may ask, and answers with problems', () => {
  const ofAccounts = operations().filter(({ path }) => path.startsWith('/v1/accounts/'));
  expect(ofAccounts.length).toBeGreaterThan(15);
  for (const { name, operation } of ofAccounts) {
    const { security = [] } = operation;
    const scope = security.at(-1)?.service?.[0] as Scope;
    expect(Object.keys(SCOPES)).toContain(scope);
    const ofAccounts = SERVICE_SCOPES.includes(scope) ? [] : [{ account: [] }];
    expect({ name, security }).toEqual({ name, security: [...ofAccounts, { service: [scope] }] });
    for (const status of ['400', '401', '403', '429', 'default']) {
      expect(operation.responses?.[status]).toMatchObject({
        content: {
          'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } },
        },
      });
    }
  }
});

test('every operation that changes something needs an Idempotency-Key, unless it may be repeated anyway', () => {
  const without = operations().filter(({ operation: { parameters = [] } }) =>
    parameters.every((parameter) => !('name' in parameter) || parameter.name !== 'idempotency-key'),
  );
  const changes = without.map(({ name }) => name).filter((name) => !name.startsWith('GET '));
  expect(changes.sort()).toEqual([
    'DELETE /v1/accounts/{accountId}/generations/{requestId}',
    'DELETE /v1/accounts/{accountId}/purchases/{purchaseId}',
    'POST /v1/accounts/{accountId}/declines/forget',
    'POST /v1/accounts/{accountId}/erase',
    'POST /v1/accounts/{accountId}/generations/{requestId}/release',
    'POST /v1/accounts/{accountId}/notices/{noticeId}/dismiss',
    'POST /v1/accounts/{accountId}/purchases/{purchaseId}/close',
    'POST /v1/accounts/{accountId}/purchases/{purchaseId}/disputes',
    'POST /v1/accounts/{accountId}/purchases/{purchaseId}/payment-updates',
    'POST /v1/accounts/{accountId}/purchases/{purchaseId}/refunds',
    'POST /v1/accounts/{accountId}/refund-orders/{orderId}/close',
    'POST /v1/accounts/{accountId}/subscriptions/{subscriptionId}/end-by-hand',
    'POST /v1/billing-events',
    'POST /v1/billing-events/{source}/{eventId}/close',
    'POST /v1/billing-events/{source}/{eventId}/retry',
    'PUT /v1/accounts/{accountId}/operator-limits',
    'PUT /v1/operator-limits',
  ]);
});

test('unknown fields are refused in every body', () => {
  const bodies = operations().flatMap(({ operation: { requestBody } }) =>
    requestBody && 'content' in requestBody
      ? [requestBody.content['application/json']?.schema]
      : [],
  );
  expect(bodies).toHaveLength(28);
  for (const schema of bodies)
    expect(schema).toMatchObject({ type: 'object', additionalProperties: false });
});

test('every example fits its schema', () => {
  const ajv = new Ajv({ strict: false });
  addFormats(ajv);
  const schemas = (document.components?.schemas ?? {}) as Record<
    string,
    { examples?: unknown[]; example?: unknown }
  >;
  ajv.addSchema({ $id: 'document', components: { schemas } });
  const examples = [
    ...Object.entries(schemas).flatMap(([name, { examples = [], example }]) =>
      [...examples, ...(example === undefined ? [] : [example])].map((value) => ({
        name,
        value,
        schema: { $ref: `document#/components/schemas/${name}` },
      })),
    ),
    ...operations().flatMap(({ name, operation: { requestBody } }) => {
      const media =
        requestBody && 'content' in requestBody
          ? requestBody.content['application/json']
          : undefined;
      return media ? [{ name, value: media.example, schema: media.schema as object }] : [];
    }),
  ];
  expect(examples.length).toBeGreaterThan(8);
  for (const { name, value, schema } of examples) {
    const isValid = ajv.validate(schema, value);
    expect({ name, isValid, errors: ajv.errors }).toMatchObject({ name, isValid: true });
  }
});
