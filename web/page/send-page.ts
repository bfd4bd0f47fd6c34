import { randomBytes } from 'node:crypto';
import type { FastifyReply } from 'fastify';
import { directionOf } from '../element/words/direction';
import { Html, html } from './html';

/** The styles of the page around the element, and of the pages that replace it. */
export const PAGE_CSS = `
:root {
  color-scheme: light dark;
  font: 16px/1.5 system-ui, -apple-system, 'Segoe UI', Roboto, sans-serif;
  color: light-dark(#1b1f27, #eceef2);
  background: light-dark(#f6f7fa, #0f1116);
}
body { max-width: 1180px; margin: 0 auto; padding: 16px 16px 48px; }
header, header form { display: flex; flex-wrap: wrap; gap: 4px 16px; align-items: center; justify-content: space-between; }
header { margin-bottom: 16px; }
h1 { margin: 8px 0; font-size: 24px; line-height: 32px; }
h2 { margin: 0; font-size: 20px; line-height: 28px; }
p { margin: 0; }
.notice {
  display: grid; gap: 12px; justify-items: start; max-width: 560px; padding: 24px;
  border: 1px solid light-dark(#d5dae3, #39404d); border-radius: 12px; background: light-dark(#fff, #171a21);
}
.notice[hidden] { display: none; }
.quiet { font-size: 14px; color: light-dark(#565d6b, #a8afbd); overflow-wrap: anywhere; }
a { color: light-dark(#2457d6, #9bb7ff); }
a.quiet, .button { display: inline-flex; align-items: center; min-height: 44px; }
.button { padding: 0 20px; border-radius: 8px; background: #2457d6; color: #fff; font-weight: 600; text-decoration: none; }
button { min-height: 44px; padding: 0 16px; border: 1px solid light-dark(#7a8392, #8a93a2); border-radius: 8px; background: none; color: inherit; font: inherit; cursor: pointer; }
button.button { border: 0; background: #2457d6; color: #fff; font-weight: 600; }
:focus-visible { outline: 3px solid light-dark(#2457d6, #9bb7ff); outline-offset: 2px; }
noscript p { margin-top: 16px; }
`;

export interface Page {
  status: number;
  title: string;
  /** `Credits` by default. */
  heading?: string;
  /** English by default. */
  language?: string;
  /** The path of the page's module script on this server. */
  script?: string;
  /** Who is logged in, and the way out. */
  session?: Html;
  /** The page's content. Its style elements need the nonce. */
  main(nonce: string): Html;
}

/**
 * Allows this server's script files and forms alone, styles with the nonce alone, pictures, films
 * and sounds of any server, where outputs are, and no frame of another site.
 */
const policyWith = (nonce: string) =>
  [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'nonce-${nonce}'`,
    "connect-src 'self'",
    'img-src data: https:',
    'media-src https:',
    "base-uri 'none'",
    "form-action 'self'",
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

function documentOf(page: Page, nonce: string): Html {
  const { title, heading = 'Credits', language = 'en', script, session = html``, main } = page;
  const scripts = script === undefined ? '' : html`<script type="module" src="${script}"></script>`;
  return html`<!doctype html>
<html lang="${language}" dir="${directionOf(language)}">
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
<header><h1>${heading}</h1>${session}</header>
<main>
${main(nonce)}
</main>
</body>
</html>
`;
}
