import { FILMS } from './credits.mjs';

const escaped = (text) => text.replace(/[&<>"]/g, (sign) => `&#${sign.codePointAt(0)};`);

const page = (body) => `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Studio</title>
<style>
  body { font: 16px/1.5 system-ui; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
  form, li { margin-block: 1rem; } textarea { width: 100%; } [role="alert"] { color: #b00020; }
</style>
<h1>Studio</h1>
${body}`;

export const loginPage = () =>
  page(`<form method="post" action="/login">
  <label>Your name <input name="name" required pattern="[A-Za-z0-9\\-]{1,40}"></label>
  <button>Log in</button>
</form>`);

export const studioPage = (accountId, holdfastUrl) =>
  page(`<p>Hello, ${escaped(accountId)}.</p>
<form id="make">
  <label>What <select name="what">${Object.entries(FILMS)
    .map(([name, { label }]) => `<option value="${name}">${label}</option>`)
    .join('')}</select></label>
  <label>Prompt <textarea name="prompt" required>A kelp forest at noon</textarea></label>
  <button>Make it <span id="price"></span></button>
  <p role="alert" id="refusal" hidden></p>
</form>
<ul id="films"></ul>
<form method="post" action="/invoices"><button>Pay the next month’s invoice</button></form>
<h2 id="credits">Credits</h2>
<script type="module" src="${escaped(holdfastUrl)}/holdfast-credits.js"></script>
<holdfast-credits token-url="/credits-token"></holdfast-credits>
<script type="module" src="/studio.js"></script>`);
