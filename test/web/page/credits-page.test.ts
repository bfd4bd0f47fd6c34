import { builtInEffectiveCatalog } from '../../../catalog/catalog';
import { createHoldfastClient } from '../../../client/client';
import { createLedger } from '../../../ledger/ledger';
import { uniqueId } from '../../workflows/harness';
import { openTcpProxy } from '../../workflows/tcp-proxy';
import { AUDIENCE, ISSUER, openWeb, serve, serviceToken, tokenOf, type Web } from '../harness';
import { firstPaintIn, overviewIn, type Visit, visit } from './visitor';

const LINKS = {
  loginUrl: 'https://app.example/login?to=credits&x=1',
  subscriptionUrl: 'https://app.example/plans',
};

let web: Web;
beforeAll(async () => {
  web = await openWeb(LINKS);
  await web.stack.startWorker();
});
afterAll(() => web.close());

async function visitOf(
  credits: number,
  headers: Record<string, string> = {},
): Promise<Visit & { account: string }> {
  const account = uniqueId('acme');
  await web.stack.fund(account, credits);
  return { account, ...(await visit(web.url, await tokenOf(account), headers)) };
}

function expectPage({ headers, html }: Visit): void {
  expect(headers.get('content-type')).toBe('text/html; charset=utf-8');
  expect(headers.get('cache-control')).toBe('no-store');
  expect(html).toMatch(/^<!doctype html>/);
  expect(html).toContain('<meta name="viewport" content="width=device-width, initial-scale=1">');
  const [, nonce] = /<style nonce="([\w+/=]{24})">/.exec(html) ?? [];
  expect(headers.get('content-security-policy')).toBe(
    `default-src 'none'; script-src 'self'; style-src 'nonce-${nonce}'; connect-src 'self'; img-src data: https:; media-src https:; ` +
      "base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
  );
  expect(headers.get('x-frame-options')).toBe('DENY');
  expect(headers.get('referrer-policy')).toBe('no-referrer');
  // Every style carries the nonce, and no script stands in the page itself.
  expect(html.match(/<style/g)).toHaveLength(html.split(`<style nonce="${nonce}">`).length - 1);
  expect(html).not.toMatch(/ (style|on\w+)="|<script>|javascript:/);
}

test('the balance is there before any script has run', async () => {
  const page = await visitOf(150);
  expectPage(page);
  expect(page.status).toBe(200);
  expect(firstPaintIn(page)).toContain('<span class="digits">150</span>');
  expect(page.html).toContain('<script type="module" src="/holdfast-credits.js"></script>');
  expect(page.html).toContain('login-url="https://app.example/login?to=credits&amp;x=1"');
  expect(page.html).toContain('subscription-url="https://app.example/plans"');
});

test('the page says who is logged in, and holds no part of the token', async () => {
  const account = uniqueId('acme');
  const token = await tokenOf(account);
  const page = await visit(web.url, token);
  expectPage(page);
  expect(page.html).toContain(`Logged in as ${account}`);
  expect(page.html).toContain('<form method="post" action="/credits/logout">');
  for (const part of token.split('.')) expect(page.html).not.toContain(part);
});

test('each page has a nonce of its own', async () => {
  const nonces = await Promise.all([visitOf(1), visitOf(1)]);
  const [one, other] = nonces.map(({ headers }) => headers.get('content-security-policy'));
  expect(one).not.toBe(other);
});

test('the element starts with what the API would answer it', async () => {
  const page = await visitOf(7);
  const answers = ['/balance', '/generations', '/prices', '/subscription', '/settings'].map(
    async (path) => (await web.ask(page.account, 'GET', path)).body,
  );
  const [balance, generations, prices, subscription, settings] = await Promise.all(answers);
  expect(overviewIn(page)).toEqual({
    ...{
      balance: { ...balance, at: expect.any(String) },
      ...generations,
      prices,
      ...subscription,
      settings,
    },
  });
});

test.each([
  ['de-DE,de;q=0.9,en;q=0.8', 'de-DE', '1.234.567'],
  ['en-IN', 'en-IN', '12,34,567'],
  ['*', 'en', '1,234,567'],
  ['', 'en', '1,234,567'],
  ['xx-invalid-, tlh;q=0.9, pt-BR', 'pt-BR', '1,234,567'],
  ['es-MX', 'es-MX', '1,234,567'],
  ['es-ES', 'es-ES', '1.234.567'],
  ['"><script>alert(1)</script>, de', 'de', '1.234.567'],
  [`${'x'.repeat(40)},,;;q=,fr-0`, 'en', '1,234,567'],
])('numbers are written for Accept-Language %s as in %s: %s', async (header, lang, digits) => {
  const page = await visitOf(1_234_567, { 'accept-language': header });
  expectPage(page);
  expect(firstPaintIn(page)).toContain(`<span class="digits">${digits}</span>`);
  expect(page.html).toContain(` lang="${lang}"`);
});

test('names from operators and callers stay text', async () => {
  const name = `</script><img src=x onerror="alert(1)">'&`;
  const { kinds } = builtInEffectiveCatalog().catalog;
  await web.stack.setCatalog({
    kinds: Object.fromEntries(Object.entries(kinds).map(([id, kind]) => [id, { ...kind, name }])),
  });
  try {
    const account = uniqueId('acme');
    const page = await visit(web.url, await tokenOf(account));
    expectPage(page);
    expect(page.html).not.toContain('<img');
    expect(page.html.match(/<\/script>/g)).toHaveLength(2);
    expect(overviewIn(page).prices.kinds[0]?.name).toBe(name);
  } finally {
    await web.stack.setCatalog({ kinds });
  }
});

const now = () => Math.floor(Date.now() / 1000);

test.each<[string, () => string | undefined | Promise<string>, string]>([
  [
    'with an expired session',
    () => tokenOf('acme', { exp: now() - 60 }),
    'Your login has expired. Nothing was charged.',
  ],
  ['with a service’s token', () => serviceToken('balance:read'), 'shown to you alone'],
  ['with a cookie of garbage', () => '"><script>alert(1)</script>', 'shown to you alone'],
])('a visitor %s is asked to log in, and the cookie is removed', async (_, tokenFor, words) => {
  const page = await visit(web.url, await tokenFor());
  expectPage(page);
  expect(page.status).toBe(401);
  expect(page.html).toContain('Log in to see your credits');
  expect(page.html).toContain(words);
  expect(page.html).toContain('href="https://app.example/login?to=credits&amp;x=1"');
  expect(page.html).not.toContain('<script');
  expect(page.headers.get('set-cookie')).toMatch(
    /^holdfast-session=; Path=\/credits; Expires=Thu, 01 Jan 1970 /,
  );
});

test('a visitor without a cookie is asked to log in, and a cookie that another site’s link held back stays', async () => {
  const page = await visit(web.url);
  expectPage(page);
  expect(page.status).toBe(401);
  expect(page.html).toContain('shown to you alone');
  expect(page.headers.get('set-cookie')).toBeNull();
});

test('a token in the header is for the API, and opens no page', async () => {
  const page = await visit(web.url, undefined, {
    authorization: `Bearer ${await tokenOf('acme')}`,
  });
  expect(page.status).toBe(401);
});

test('the page explains the login in words if no login page is configured', async () => {
  const served = await serve(web.stack);
  try {
    const page = await visit(served.url);
    expectPage(page);
    expect(page.html).toContain('Open your credits from the product');
  } finally {
    await served.app.close();
  }
});

test('an unreachable ledger is a page in plain words, and the next request finds it again', async () => {
  const proxy = await openTcpProxy(web.stack.database.webUrl);
  const ledger = createLedger({ databaseUrl: proxy.url });
  const { client: temporal, taskQueue } = web.stack.temporal;
  const served = await serve(web.stack, {
    ledger,
    client: createHoldfastClient({ temporal, ledger, taskQueue }),
  });
  try {
    const token = await tokenOf('acme');
    proxy.cut();
    const page = await visit(served.url, token);
    expectPage(page);
    expect(page.status).toBe(503);
    expect(page.html).toContain('Nothing was charged. Your credits are where they were');
    expect(page.html).toContain('LEDGER_UNAVAILABLE, urn:uuid:');
    expect(page.html).toContain('<a class="button" href="/credits">Try again</a>');
    expect(page.html).not.toMatch(/[{]"|127\.0\.0\.1|ECONN|postgres:| at /);
    expect(page.headers.get('set-cookie')).toBeNull();
    expect(served.log.join('')).toContain('LEDGER_UNAVAILABLE');
    proxy.mend();
    expect((await visit(served.url, token)).status).toBe(200);
  } finally {
    await served.app.close();
    await ledger.close();
    await proxy.close();
  }
});

test('a session stays while the keys that check tokens can’t be fetched', async () => {
  const served = await serve(web.stack, {
    auth: { issuer: ISSUER, audience: AUDIENCE, jwksUrl: 'http://127.0.0.1:1/' },
  });
  try {
    const encoded = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const page = await visit(
      served.url,
      `${encoded({ alg: 'RS256', kid: '1' })}.${encoded({ sub: 'acme' })}.c2ln`,
    );
    expectPage(page);
    expect(page.status).toBe(503);
    expect(page.html).toContain('KEYS_UNAVAILABLE');
    expect(page.headers.get('set-cookie')).toBeNull();
  } finally {
    await served.app.close();
  }
});

test('pages are counted by account, and too many are refused with a page', async () => {
  const served = await serve(web.stack, {
    limits: { accountRequestsPerMinute: 2, addressRequestsPerMinute: 2 },
  });
  try {
    const token = await tokenOf(uniqueId('acme'));
    const statuses = [];
    for (let n = 0; n < 3; n += 1) statuses.push((await visit(served.url, token)).status);
    expect(statuses).toEqual([200, 200, 429]);
    const page = await visit(served.url, token);
    expectPage(page);
    expect(page.html).toContain('Ask again in');
    expect((await visit(served.url, await tokenOf(uniqueId('acme')))).status).toBe(200);
  } finally {
    await served.app.close();
  }
});

test('the page that logs in has its words beside it, and no script but its own', async () => {
  const response = await fetch(`${web.url}/credits/login`);
  const page = { status: response.status, headers: response.headers, html: await response.text() };
  expectPage(page);
  expect(page.status).toBe(200);
  expect(page.html.match(/<script/g)).toHaveLength(1);
  expect(page.html).toContain('<script type="module" src="/credits/login.js"></script>');
  for (const name of ['nobody', 'refused', 'other', 'unreachable'])
    expect(page.html).toContain(`<template data-case="${name}">`);
  expect(page.headers.get('set-cookie')).toBeNull();
});

test('other methods and paths get problems', async () => {
  const told = async (method: string, path: string) => {
    const response = await fetch(`${web.url}${path}`, { method });
    return [response.status, response.headers.get('content-type'), response.headers.get('allow')];
  };
  expect(await told('POST', '/credits')).toEqual([405, 'application/problem+json', 'GET, HEAD']);
  expect(await told('DELETE', '/credits/session')).toEqual([
    405,
    'application/problem+json',
    'POST',
  ]);
  expect(await told('GET', '/credits/logout')).toEqual([405, 'application/problem+json', 'POST']);
  expect(await told('POST', '/credits/token')).toEqual([
    405,
    'application/problem+json',
    'GET, HEAD',
  ]);
  expect(await told('GET', '/credits/')).toEqual([404, 'application/problem+json', null]);
  expect(await told('GET', '/credits/other')).toEqual([404, 'application/problem+json', null]);
});
