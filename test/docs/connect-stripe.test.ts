import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { STRIPE_EVENTS } from '../../web/stripe/translation';
import { holdfast, variablesOf } from '../cli/command-line';
import { eventually } from '../support/eventually';
import { openWeb, type Web } from '../web/harness';
import { uniqueId } from '../workflows/harness';
import { blocksOf, ROOT, read } from './markdown';

const PAGE = read('docs/how-to/connect-stripe.md');

test('the page names every event that an endpoint has to send', () => {
  const [, listed = ''] = /with these events:\n(.*?)\.\n/s.exec(PAGE) ?? [];
  const named = [...listed.matchAll(/`([^`]+)`/g)].map(([, name]) => name);
  expect(named.sort()).toEqual([...STRIPE_EVENTS].sort());
});

describe('the commands of the page', () => {
  const [setUp = '', commands = ''] = blocksOf(PAGE, 'sh');
  const [, secret = ''] = /^export HOLDFAST_WEB_STRIPE_SECRETS=(\S+)$/m.exec(setUp) ?? [];
  let web: Web;
  let folder: string;
  beforeAll(async () => {
    web = await openWeb({ stripe: { secrets: [secret], toleranceSeconds: 300 } });
    await web.stack.startWorker();
    folder = mkdtempSync(join(tmpdir(), 'holdfast-stripe-'));
  });
  afterAll(async () => {
    rmSync(folder, { recursive: true });
    await web.close();
  });

  async function run(line: string, account: string): Promise<void> {
    const [program = '', ...words] = line
      .split(' ')
      .map((word) => (word === 'acme' ? account : word))
      .map((word) => (word === 'catalog.json' ? join(folder, word) : word));
    if (program === 'node') {
      const env = { HOLDFAST_URL: web.url, HOLDFAST_WEB_STRIPE_SECRETS: secret };
      await promisify(execFile)(process.execPath, words, { cwd: ROOT, env });
      return;
    }
    const { code, stderr } = await holdfast(variablesOf(web.stack), ...words.slice(1));
    expect({ line, code, stderr }).toEqual({ line, code: 0, stderr: '' });
  }

  test('work in their order, and leave what the page says', async () => {
    const account = uniqueId('acme');
    const lines = commands.split('\n');
    expect(lines).toHaveLength(5);
    for (const line of lines) await run(line, account);
    const { billing } = web.stack.ledger;
    await eventually(async () => {
      const { events } = await billing.read({ accountId: account, limit: 10, state: 'applied' });
      const refund = await billing.get({ source: 'stripe', eventId: `evt_re_${account}` });
      return events.length === 3 && refund?.state === 'applied';
    }, 60_000);
    expect(PAGE).toContain('the account has 225 credits');
    expect(await web.stack.ledger.balance(account)).toMatchObject({ available: 225 });
  }, 180_000);
});
