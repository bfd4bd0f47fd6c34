import type { Browser, Page } from 'playwright-core';
import { PAGE_SCOPES } from '../../../../contract/scopes';
import type { ServerOptions } from '../../../../web/server';
import { uniqueId } from '../../../workflows/harness';
import { openWeb, serve, tokenOf, type Web } from '../../harness';
import { launchBrowser } from './describe';
import { createOutside, type Outside } from './outside';
import { openProductHost, type ProductHost, type ProductPage } from './product-host';
import { openVisit, type Visit, type VisitOptions } from './visit';

/** Holdfast with its credits page, a product that embeds it, and the browser that looks at both. */
export interface CreditsPage {
  web: Web;
  host: ProductHost;
  outside: Outside;
  /** An account with Lite Monthly: 150 credits. */
  subscriber(): Promise<string>;
  visit(options?: VisitOptions): Promise<Visit>;
  /** Logs the visitor's browser in, without a page that is open for it. */
  enter(page: Page, accountId: string): Promise<void>;
  /** As the account's owner comes to the default page: by the link that the product gives out. */
  logIn(accountId: string, options?: LogInOptions): Promise<Visit>;
  /** The account's credits in the product's own page. */
  embed(accountId: string, options?: VisitOptions & Partial<ProductPage>): Promise<Visit>;
  /** The server has gone, until `comeBack`. */
  goAway(): Promise<void>;
  comeBack(): Promise<void>;
  close(): Promise<void>;
}

export interface LogInOptions extends VisitOptions {
  /** Another than the account's own, which is good for five minutes. */
  token?: string;
  /** By another way to the server, e.g. a wire that can be cut. */
  url?: string;
}

/** A token as the documentation tells a product to make it, with the scopes of the page alone. */
function pageToken(accountId: string): Promise<string> {
  return tokenOf(accountId, { account_scope: PAGE_SCOPES.join(' ') });
}

export async function openCreditsPage(
  overrides: Partial<ServerOptions> = {},
): Promise<CreditsPage> {
  const host = await openProductHost();
  // All these visitors come from one address, and within a minute.
  const limits = {
    addressRequestsPerMinute: 10_000,
    accountRequestsPerMinute: 10_000,
    ...overrides.limits,
  };
  // By its heartbeat a stream notices that its token has expired.
  const options = { corsOrigins: [host.url], streamHeartbeatMs: 500, ...overrides, limits };
  const web = await openWeb(options);
  let current: Pick<Web, 'app'> = web;
  const outside = createOutside(web.stack);
  const { generationProvider, paymentProvider } = outside;
  await web.stack.startWorker({}, { generationProvider, paymentProvider });
  const browser: Browser = await launchBrowser();
  const visit = (wanted?: VisitOptions) => openVisit(browser, wanted);
  return {
    web,
    host,
    outside,
    visit,
    subscriber: () => subscribe(web),
    enter: (page, accountId) => beginSession(web, page, accountId),
    async logIn(accountId, { token, url = web.url, ...wanted } = {}) {
      const visitor = await visit(wanted);
      await visitor.page.goto(
        `${url}/credits/login#token=${token ?? (await pageToken(accountId))}`,
      );
      await visitor.page.waitForURL(`${url}/credits`);
      return visitor;
    },
    async embed(accountId, { apiUrl = web.url, attributes, css, lang, ...wanted } = {}) {
      const visitor = await visit(wanted);
      const token = await pageToken(accountId);
      await visitor.page.goto(
        host.publish({ apiUrl, attributes: { token, ...attributes }, css, lang }),
      );
      return visitor;
    },
    goAway: () => current.app.close(),
    async comeBack() {
      current = await serve(web.stack, options, Number(new URL(web.url).port));
    },
    async close() {
      await browser.close();
      await current.app.close();
      await host.close();
      await web.close();
    },
  };
}

async function subscribe(web: Web): Promise<string> {
  const accountId = uniqueId('acme');
  const request = {
    accountId,
    subscriptionId: 'main',
    planId: 'lite-monthly',
    paymentReference: 'inv-1',
  };
  await web.stack.client.subscriptions.subscribe(request);
  return accountId;
}

async function beginSession(web: Web, page: Page, accountId: string): Promise<void> {
  const data = { token: await pageToken(accountId) };
  const headers = { origin: web.url };
  const answer = await page.context().request.post(`${web.url}/credits/session`, { data, headers });
  expect(answer.ok()).toBe(true);
}
