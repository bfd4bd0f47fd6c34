import type { FastifyInstance } from 'fastify';
import { html } from './html';
import { type Page, sendPage } from './send-page';

const PAGE: Page = {
  status: 200,
  title: 'Holdfast',
  heading: 'Holdfast',
  main: () => html`<section class="notice">
<p>This is the HTTP API of prepaid AI credits. Its routes begin with <code>/v1</code> and take a token.</p>
<p><a href="/openapi.json">/openapi.json</a>: every route, with its schemas (OpenAPI)</p>
<p><a href="/credits">/credits</a>: the credits page, for visitors who are logged in</p>
<p><a href="/health/live">/health/live</a>: whether the process answers</p>
<p><a href="/health/ready">/health/ready</a>: whether it reaches the ledger and Temporal</p>
<p>The handbook’s pages on tokens, errors and each command come with the package, under <code>docs/</code>: begin with <code>docs/reference/http-api.md</code>.</p>
</section>`,
};

/** Adds the page at the server's address, which says what is there. It knows nothing of accounts. */
export function addRootPage(app: FastifyInstance): void {
  app.get('/', { schema: { hide: true } }, async (_, reply) => sendPage(reply, PAGE));
}
