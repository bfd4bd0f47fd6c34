import { type IncomingHttpHeaders, request } from 'node:http';
import type { Overview } from '../../../web/element/api/types';
import type { Answer } from '../harness';

/** The answer as it came over the wire; `fetch` would unpack it. */
export interface Wire {
  status: number;
  headers: IncomingHttpHeaders;
  body: Buffer;
}

export function getOverWire(
  url: string,
  headers: Record<string, string> = {},
  method = 'GET',
): Promise<Wire> {
  return new Promise((resolve, reject) => {
    const asked = request(url, { method, headers }, (answer) => {
      const chunks: Buffer[] = [];
      answer.on('data', (chunk) => chunks.push(chunk));
      answer.on('error', reject);
      answer.on('end', () =>
        resolve({
          status: answer.statusCode ?? 0,
          headers: answer.headers,
          body: Buffer.concat(chunks),
        }),
      );
    });
    asked.on('error', reject);
    asked.end();
  });
}

/** As the login page's script asks for a session. */
export async function logIn(
  url: string,
  body: unknown,
  headers: Record<string, string> = {},
): Promise<Answer> {
  const response = await fetch(`${url}/credits/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'sec-fetch-site': 'same-origin', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
  const text = await response.text();
  return {
    status: response.status,
    headers: response.headers,
    body: text === '' ? '' : JSON.parse(text),
  };
}

export interface Visit {
  status: number;
  headers: Headers;
  html: string;
}

export async function visit(
  url: string,
  token?: string,
  headers: Record<string, string> = {},
): Promise<Visit> {
  const response = await fetch(`${url}/credits`, {
    headers: {
      ...(token !== undefined && { cookie: `other=1; holdfast-session=${token}` }),
      ...headers,
    },
  });
  return { status: response.status, headers: response.headers, html: await response.text() };
}

/** The page's text before a script has run. */
export function firstPaintIn({ html }: Visit): string {
  const [, shadow = ''] = /<template shadowrootmode="open">(.*?)<\/template>/s.exec(html) ?? [];
  return shadow.replace(/<style.*?<\/style>/s, '');
}

/** The data with which the element's script starts. */
export function overviewIn({ html }: Visit): Overview {
  const [, json = ''] =
    /<script type="application\/json" class="holdfast-first">(.*?)<\/script>/s.exec(html) ?? [];
  return JSON.parse(json);
}
