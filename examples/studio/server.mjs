// A product that sells films by the credit: a login, a form with the price, billing, the credits page.
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { creditsToken, invoicePaid, lookAt, make, priceOf } from './credits.mjs';
import { loginPage, studioPage } from './page.mjs';

const { HOLDFAST_URL, STUDIO_PORT = '3000' } = process.env;
const SECRET = randomBytes(32);
const sealOf = (account) => createHmac('sha256', SECRET).update(account).digest('base64url');

/** The account that the session's cookie names, if this process has sealed it. */
function accountOf({ headers }) {
  const [, account = '', seal = ''] =
    /(?:^|; )studio=([\w-]+)\.([\w-]+)/.exec(headers.cookie ?? '') ?? [];
  const [given, right] = [Buffer.from(seal), Buffer.from(sealOf(account))];
  return given.length === right.length && timingSafeEqual(given, right) ? account : undefined;
}

async function fieldsOf(request) {
  let text = '';
  for await (const chunk of request) {
    text += chunk;
    if (text.length > 10_000) throw new Error('The form is too large.');
  }
  return Object.fromEntries(new URLSearchParams(text));
}

const html = (response, text) => response.setHeader('content-type', 'text/html').end(text);
const json = (response, value) =>
  response.setHeader('content-type', 'application/json').end(JSON.stringify(value));
const seeStudio = (response, headers = {}) =>
  response.writeHead(303, { location: '/', ...headers }).end();

async function logIn(request, response) {
  const { name = '' } = await fieldsOf(request);
  if (!/^[a-z0-9-]{1,40}$/i.test(name)) return html(response, loginPage());
  const account = name.toLowerCase();
  await invoicePaid(account, 'first-month'); // the studio's own billing has charged the first month
  const cookie = `studio=${account}.${sealOf(account)}; HttpOnly; SameSite=Strict; Path=/`;
  return seeStudio(response, { 'set-cookie': cookie });
}

const ROUTES = {
  'GET /': (account, _request, response) => html(response, studioPage(account, HOLDFAST_URL)),
  'GET /price': async (account, request, response) => {
    const what = new URL(request.url, 'http://studio').searchParams.get('what');
    json(response, await priceOf(account, what));
  },
  'POST /films': async (account, request, response) => {
    const { id, what, prompt } = await fieldsOf(request);
    json(response, await make(account, id, what, prompt));
  },
  'POST /invoices': async (account, _request, response) => {
    await invoicePaid(account, `invoice-${Date.now()}`); // its number comes from the studio's billing
    seeStudio(response);
  },
  'GET /credits-token': async (account, _request, response) => {
    response.setHeader('content-type', 'text/plain').end(await creditsToken(account));
  },
};

async function ofFilm(account, id, wantsOutput, response) {
  const film = await lookAt(account, id);
  if (!wantsOutput) return json(response, film);
  const url = film.outputUrl && new URL(film.outputUrl);
  if (!url) return response.writeHead(404).end();
  if (url.protocol !== 'file:') return response.writeHead(303, { location: url.href }).end();
  return createReadStream(url).pipe(response); // the stub's output, on this machine
}

async function answer(request, response) {
  const { pathname } = new URL(request.url, 'http://studio');
  if (pathname === '/studio.js') {
    response.setHeader('content-type', 'text/javascript');
    return response.end(await readFile(new URL('studio.js', import.meta.url)));
  }
  if (request.method === 'POST' && pathname === '/login') return logIn(request, response);
  const account = accountOf(request);
  if (account === undefined) {
    response.statusCode = 401;
    return html(response, loginPage());
  }
  const [, id, output] = /^\/films\/([\w-]+)(\/output)?$/.exec(pathname) ?? [];
  if (id !== undefined) return ofFilm(account, id, output !== undefined, response);
  const route = ROUTES[`${request.method} ${pathname}`];
  return route ? route(account, request, response) : response.writeHead(404).end();
}

const server = createServer((request, response) => {
  answer(request, response).catch((error) => {
    console.error(error);
    if (!response.headersSent) response.writeHead(503);
    response.end(JSON.stringify({ isStarted: false, why: error.code ?? 'INTERNAL' }));
  });
});
server.listen(Number(STUDIO_PORT), '127.0.0.1', () => {
  console.log(`Studio: http://127.0.0.1:${server.address().port}`);
});
