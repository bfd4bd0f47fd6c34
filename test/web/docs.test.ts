import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { PAGE_SCOPES, SCOPES } from '../../contract/scopes';
import { WEB_VARIABLES } from '../../web/web-config';
import { uniqueId } from '../workflows/harness';
import { AUDIENCE, ISSUER, openWeb, SECRET, serviceToken, type Web } from './harness';

const ROOT = path.join(__dirname, '..', '..');
const PAGE = readFileSync(path.join(ROOT, 'docs', 'reference', 'http-api.md'), 'utf8');

let web: Web;
let account: string;
beforeAll(async () => {
  web = await openWeb();
  await web.stack.startWorker();
  account = uniqueId('acme');
  const request = {
    accountId: account,
    subscriptionId: 'main',
    planId: 'lite-monthly',
    paymentReference: 'p1',
  };
  await web.stack.client.subscriptions.subscribe(request);
});
afterAll(() => web.close());

const blocks = (language: string): string[] =>
  [...PAGE.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\``, 'gms'))].map(([, text = '']) =>
    text.trimEnd(),
  );

async function shell(script: string): Promise<string> {
  const env = {
    PATH: process.env.PATH,
    HOLDFAST_URL: web.url,
    HOLDFAST_JWT_ISSUER: ISSUER,
    HOLDFAST_JWT_AUDIENCE: AUDIENCE,
    HOLDFAST_JWT_SECRET: SECRET,
  };
  const { stdout } = await promisify(execFile)('sh', ['-c', script], { cwd: ROOT, env });
  return stdout;
}

/** Times, numbers of requests and the account's name differ from run to run. */
function withoutAccidents(output: string): string {
  return output
    .replaceAll(account, 'acme')
    .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, '<time>')
    .replaceAll(/urn:uuid:[0-9a-f-]+/g, '<number>')
    .trimEnd();
}

test('every command on the page answers what the page says', async () => {
  const [token = ''] = blocks('sh');
  expect(token).toContain('setSubject("acme")');
  const minted = token.replace('"acme"', `"${account}"`);
  const shown = blocks('console').map((block) => {
    const [, command = '', output = ''] = /^\$ (.*?[^\\])\n(.*)$/s.exec(block) ?? [];
    return { command, output };
  });
  expect(shown).toHaveLength(6);
  for (const { command, output } of shown) {
    expect({ command, output: withoutAccidents(await shell(`${minted}\n${command}`)) }).toEqual({
      command,
      output: withoutAccidents(output),
    });
  }
  const stream = blocks('sh').find((block) => block.includes('/events"'));
  // curl ends with a code of its own when its time is up.
  const events = await shell(`${minted}\n${stream} || true`);
  expect(events).toMatch(/^event:balance\ndata:\{.*"available":271/m);
  expect(events).toMatch(/^event:generations\ndata:\{"open":\[/m);
});

test('a payment is told as the page shows, twice', async () => {
  const block = blocks('sh').find((one) => one.includes('/renewals"')) as string;
  const customer = uniqueId('acme');
  const token = await serviceToken('subscriptions:write');
  const told = block.replace('/acme/', `/${customer}/`).replace('$SERVICE_TOKEN', token);
  for (const replayed of [false, true])
    expect(JSON.parse(await shell(told))).toMatchObject({ replayed, subscription: { cycle: 1 } });
});

test('the page names every variable and every scope', () => {
  const named = new Set([...PAGE.matchAll(/`([A-Z_]+|[a-z-]+:[a-z]+)`/g)].map(([, name]) => name));
  expect(WEB_VARIABLES.filter((name) => !named.has(name))).toEqual([]);
  expect(Object.keys(SCOPES).filter((scope) => !named.has(scope))).toEqual([]);
  const [, narrowed = ''] = /needs no more than `([^`]+)`/.exec(PAGE) ?? [];
  expect(narrowed.split(/\s+/).sort()).toEqual([...PAGE_SCOPES].sort());
});
