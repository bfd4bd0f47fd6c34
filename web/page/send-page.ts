import { randomBytes } from 'node:crypto';
import type { FastifyReply } from 'fastify';
import { Html, html } from './html';
import { PAGE_CSS } from './page-styles';

export interface Page {
  status: number;
  title: string;
  /** The path of its module script, of this server. */
  script?: string;
  /** Styles have to carry the nonce. */
  main(nonce: string): Html;
}

/** No script but this server's own files, no style without the nonce, and no other site's frame around it. */
const policyWith = (nonce: string) =>
  [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'nonce-${nonce}'`,
    "connect-src 'self'",
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');

export function sendPage(reply: FastifyReply, page: Page): FastifyReply {
  const nonce = randomBytes(16).toString('base64');
  return reply
    .code(page.status)
    .headers({
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': policyWith(nonce),
      'cross-origin-resource-policy': 'same-origin',
      'referrer-policy': 'no-referrer',
      'x-frame-options': 'DENY',
    })
    .send(documentOf(page, nonce).text);
}

function documentOf({ title, script, main }: Page, nonce: string): Html {
  const scripts = script === undefined ? '' : html`<script type="module" src="${script}"></script>`;
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
<link rel="icon" href="data:,">
<style nonce="${nonce}">${new Html(PAGE_CSS)}</style>
${scripts}
</head>
<body>
<header><h1>Credits</h1></header>
<main>
${main(nonce)}
</main>
</body>
</html>
`;
}
