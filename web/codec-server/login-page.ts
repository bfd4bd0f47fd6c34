import { Html, html } from '../page/html';

const CSS = `
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
body { max-width: 480px; margin: 48px auto; padding: 0 16px; }
form { display: grid; gap: 12px; }
input, button { font: inherit; padding: 8px 12px; }
`;

/** The headers of the pages: no script, and forms to this server alone. */
export function pageHeaders(nonce: string): Record<string, string> {
  return {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': `default-src 'none'; style-src 'nonce-${nonce}'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'`,
    'referrer-policy': 'no-referrer',
  };
}

export function loginPage(nonce: string, isWrong: boolean): string {
  const wrong = isWrong ? html`<p role="alert">That is not the secret.</p>` : '';
  return documentOf(
    nonce,
    html`<p>Log in to read encrypted payloads in Temporal’s UI from this browser.</p>
${wrong}
<form method="post" action="/login">
<label for="secret">Secret of the codec server</label>
<input id="secret" name="secret" type="password" autocomplete="current-password" required>
<button>Log in</button>
</form>`,
  );
}

export function loggedInPage(nonce: string): string {
  return documentOf(
    nonce,
    html`<p>You are logged in for 12 hours. Reload Temporal’s UI.</p>
<form method="post" action="/logout"><button>Log out</button></form>`,
  );
}

function documentOf(nonce: string, main: Html): string {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Codec server</title>
<link rel="icon" href="data:,">
<style nonce="${nonce}">${new Html(CSS)}</style>
</head>
<body>
<h1>Codec server</h1>
${main}
</body>
</html>
`.text;
}
