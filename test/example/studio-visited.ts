import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Browser, Page } from 'playwright-core';
import { launchBrowser } from '../web/browser/support/describe';
import { expectToSay } from '../web/browser/support/wait';
import { uniqueId } from '../workflows/harness';

const ROOT = join(__dirname, '..', '..');

let example: ChildProcess;
let url: string;
let browser: Browser;
beforeAll(async () => {
  const run = join('scripts', 'before-install', 'run.js');
  example = spawn(process.execPath, [run, 'example'], {
    ...{ cwd: ROOT, stdio: ['ignore', 'pipe', 'inherit'] },
    env: { ...process.env, DATABASE_URL: '', TEMPORAL_ADDRESS: '' },
  });
  url = await new Promise<string>((resolve, reject) => {
    example.once('exit', () => reject(new Error('npm run example has ended.')));
    if (example.stdout)
      createInterface({ input: example.stdout }).on('line', (line) => {
        const [, address] = /^Studio: (\S+)$/.exec(line) ?? [];
        if (address !== undefined) resolve(address);
      });
  });
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser?.close();
  example.kill('SIGTERM');
  if (example.exitCode === null) await once(example, 'exit');
});

async function make(page: Page, what: string): Promise<void> {
  await page.locator('[name="what"]').selectOption(what);
  await page.locator('#make button').click();
}

test('a customer logs in, makes a film, runs dry, buys a pack and pays the next month', async () => {
  const page = await browser.newPage();
  await page.goto(url);
  await page.getByLabel('Your name').fill(uniqueId('kim'));
  await page.getByRole('button', { name: 'Log in' }).click();
  const available = page.locator('[data-part="available"]');
  await expectToSay(available, /^150 credits$/);
  await expectToSay(page.locator('#price'), /^for 2 credits$/);

  await make(page, 'film');
  await expectToSay(page.locator('#price'), /^for 40 credits$/);
  await expectToSay(page.locator('[data-film]'), /See it, for 40 credits/);
  await expectToSay(available, /^110 credits$/);
  const output = await page.request.get(
    `${url}${await page.locator('[data-film] a').getAttribute('href')}`,
  );
  expect(output.status()).toBe(200);

  await make(page, 'avatar');
  await make(page, 'avatar');
  await expectToSay(page.getByRole('alert').first(), /too few credits/);
  await page.locator('[data-pack="pack-125"]').click();
  await page
    .locator('[data-part="confirm"]')
    .getByRole('button', { name: /^Buy for/ })
    .click();
  await expectToSay(page.locator('[data-part="confirm"]'), /125 credits added/);

  await page.getByRole('button', { name: /next month/ }).click();
  await expectToSay(page.getByText(/paid already/), /\+150 on/);
});

test('a stranger sees nothing of an account', async () => {
  const page = await browser.newPage();
  for (const path of ['/', '/films/x', '/credits-token', '/price'])
    expect((await page.request.get(`${url}${path}`)).status()).toBe(401);
  const forged = await page.request.get(url, { headers: { cookie: 'studio=kim.AAAA' } });
  expect(forged.status()).toBe(401);
});
