import type { FastifyInstance } from 'fastify';
import { type JWTHeaderParameters, type JWTPayload, SignJWT } from 'jose';
import { createHoldfastClient } from '../../client/client';
import { ALL_SCOPES, SERVICE_SCOPES } from '../../contract/scopes';
import { createLedger } from '../../ledger/ledger';
import { createLogger } from '../../web/http/logging';
import { createServer, type ServerOptions } from '../../web/server';
import { testServers } from '../support/test-servers';
import { type Holdfast, openHoldfast } from '../workflows/harness';

export const SECRET = 'a secret of more than thirty-two bytes, for tests';
export const ISSUER = 'https://issuer.example';
export const AUDIENCE = 'holdfast';

export interface Web {
  stack: Holdfast;
  app: FastifyInstance;
  /** `http://127.0.0.1:40123` */
  url: string;
  /** Every line that the server has logged. */
  log: string[];
  /**
   * Sends a request with the account's own token, or the one in the options, and returns the
   * answer.
   */
  ask(accountId: string, method: string, path: string, options?: AskOptions): Promise<Answer>;
  /** The same about no account, with a service's token for what services alone may do. */
  askAsService(method: string, path: string, options?: AskOptions): Promise<Answer>;
  close(): Promise<void>;
}

export interface AskOptions {
  token?: string;
  key?: string;
  body?: unknown;
  headers?: Record<string, string>;
}

export interface Answer {
  status: number;
  headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: tests read any answer.
  body: any;
}

/** The API on a real port, over a ledger and task queues of this file's own. */
export async function openWeb(overrides: Partial<ServerOptions> = {}): Promise<Web> {
  const stack = await openHoldfast();
  const web = await serve(stack, overrides);
  return {
    ...web,
    async close() {
      await web.app.close();
      await stack.close();
    },
  };
}

/** Another server on the same stack; with a port, where an earlier one was. */
export async function serve(
  stack: Holdfast,
  overrides: Partial<ServerOptions> = {},
  port = 0,
): Promise<Omit<Web, 'close'>> {
  const log: string[] = [];
  const { temporal, database } = stack;
  const ledger = createLedger({ databaseUrl: database.webUrl, connectWithinMs: 60_000 });
  const app = await createServer({
    client: createHoldfastClient({
      temporal: temporal.client,
      ledger,
      taskQueue: temporal.taskQueue,
    }),
    ledger,
    auth: { issuer: ISSUER, audience: AUDIENCE, secret: SECRET },
    log: createLogger('trace', { write: (line: string) => log.push(line) }),
    streamPollMs: 50,
    elementFolder: testServers().elementFolder,
    ...overrides,
  });
  app.addHook('onClose', () => ledger.close());
  const url = await app.listen({ host: '127.0.0.1', port });
  return {
    ...{ stack, app, url, log },
    ask: async (accountId, method, path, { token, ...rest } = {}) =>
      ask(`${url}/v1/accounts/${accountId}${path}`, method, {
        ...rest,
        token: token ?? (await tokenOf(accountId)),
      }),
    askAsService: async (method, path, { token, ...rest } = {}) =>
      ask(`${url}/v1${path}`, method, {
        ...rest,
        token: token ?? (await serviceToken(...SERVICE_SCOPES)),
      }),
  };
}

async function ask(url: string, method: string, options: AskOptions): Promise<Answer> {
  const { token, key, body, headers } = options;
  const response = await fetch(url, {
    method,
    headers: {
      authorization: `Bearer ${token}`,
      ...(key !== undefined && { 'idempotency-key': key }),
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  const isJson = /json/.test(response.headers.get('content-type') ?? '');
  return {
    status: response.status,
    headers: response.headers,
    body: isJson ? JSON.parse(text) : text,
  };
}

/** An account's own, with every scope, good for five minutes, but for what the claims say. */
export function tokenOf(sub: string, claims: JWTPayload = {}): Promise<string> {
  return bareToken(sub, { account_scope: ALL_SCOPES.join(' '), ...claims });
}

/** With no claims but those that every token needs, and these. */
export function bareToken(
  sub: string,
  claims: JWTPayload = {},
  header: Partial<JWTHeaderParameters> = {},
): Promise<string> {
  return unsignedToken(sub, claims)
    .setProtectedHeader({ alg: 'HS256', ...header })
    .sign(new TextEncoder().encode(SECRET));
}

export function unsignedToken(sub: string, claims: JWTPayload = {}): SignJWT {
  const now = Math.floor(Date.now() / 1000);
  return new SignJWT({ iss: ISSUER, aud: AUDIENCE, sub, iat: now, exp: now + 300, ...claims });
}

export function serviceToken(...scopes: string[]): Promise<string> {
  return bareToken('studio', { holdfast_service: true, scope: scopes.join(' ') });
}

/** Expects a problem document. */
export function expectProblem(
  answer: Answer,
  status: number,
  code: string,
  figures: object = {},
): void {
  expect({ ...answer.body, is: answer.status }).toMatchObject({
    is: status,
    status,
    code,
    ...figures,
  });
  expect(answer.headers.get('content-type')).toBe('application/problem+json');
  expect(answer.body).toEqual(
    expect.objectContaining({
      type: `urn:holdfast:error:${code}`,
      title: expect.stringMatching(/.{10}/),
      detail: expect.stringMatching(/.{10}/),
      instance: expect.stringMatching(/^urn:uuid:[0-9a-f-]{36}$/),
      retryable: expect.any(Boolean),
    }),
  );
}
