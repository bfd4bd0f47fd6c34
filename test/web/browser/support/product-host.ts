import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { testServers } from '../../../support/test-servers';

/** A page of a product that has embedded the credits. */
export interface ProductPage {
  /** Holdfast's URL. */
  apiUrl: string;
  /** Of the element. */
  attributes?: Record<string, string>;
  css?: string;
  lang?: string;
  /** Without `require-trusted-types-for`, so that a test may put HTML into the page. */
  takesAnyText?: boolean;
}

/** The product's own web server, on an origin other than Holdfast's. */
export interface ProductHost {
  /** Its origin. */
  url: string;
  /** Serves the page from now on; returns its address. */
  publish(page: ProductPage): string;
  close(): Promise<void>;
}

export async function openProductHost(): Promise<ProductHost> {
  const files = new Map<string, { type: string; text: string; policy: string }>();
  let pages = 0;
  const server = createServer((request, response) => {
    const file = files.get(request.url ?? '');
    if (!file) return void response.writeHead(404).end();
    response
      .writeHead(200, { 'content-type': file.type, 'content-security-policy': file.policy })
      .end(file.text);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    publish(page) {
      pages += 1;
      const path = `/account-${pages}`;
      // A strict policy, under which the element must need neither inline script nor inline style.
      const { apiUrl, takesAnyText } = page;
      const own = "style-src 'self'; img-src data:";
      const texts = takesAnyText ? '' : "require-trusted-types-for 'script';";
      // All that docs/how-to/credits-page.md says.
      const allowed = `script-src ${apiUrl}; connect-src ${apiUrl}; trusted-types lit-html`;
      const policy = `default-src 'none'; ${texts} ${own}; ${allowed}`;
      files.set(path, {
        type: 'text/html; charset=utf-8',
        text: htmlOf(page, `${path}.css`),
        policy,
      });
      files.set(`${path}.css`, {
        type: 'text/css',
        text: `:root { color-scheme: light dark; font-family: system-ui }\n${page.css ?? ''}`,
        policy,
      });
      return url + path;
    },
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

function htmlOf({ apiUrl, attributes = {}, lang = 'en' }: ProductPage, stylesheet: string): string {
  const written = Object.entries(attributes).map(([name, value]) => ` ${name}="${value}"`);
  return `<!doctype html>
<html lang="${lang}">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Account settings</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="${stylesheet}">
<main>
<h1>Account settings</h1>
<holdfast-credits${written.join('')}></holdfast-credits>
</main>
<script type="module" src="${apiUrl}/holdfast-credits.js" integrity="${integrity()}" crossorigin></script>
</html>`;
}

/** The hash by which the browser checks the script. */
function integrity(): string {
  const script = readFileSync(join(testServers().elementFolder, 'holdfast-credits.js'));
  return `sha384-${createHash('sha384').update(script).digest('base64')}`;
}
