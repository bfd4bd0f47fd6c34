import { mkdirSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Client as Postgres } from 'pg';
import type { Page } from 'playwright-core';
import { startTemporalServer, type TemporalServer } from '../../../scripts/stack/temporal-server';
import { publishTestServers, testServers } from '../../support/test-servers';
import { type CreditsPage, openCreditsPage } from './support/credits-page';
import { describeInBrowser } from './support/describe';
import { overflowOf } from './support/measure';
import { expectToSay } from './support/wait';

// The README's pictures. `npm run screenshots` keeps them; any other run only checks that they can
// be taken.
const FOLDER =
  process.env.SCREENSHOTS_FOLDER ?? mkdtempSync(path.join(tmpdir(), 'holdfast-screenshots-'));

const ACCOUNT = 'acme';
const DAY_MS = 86_400_000;

/** A film maker's last three weeks: by how many days ago. */
const GENERATIONS: [daysAgo: number, kind: string, seconds?: number, audio?: boolean][] = [
  [19.2, 'text-to-image'],
  [19.1, 'text-to-video-veo3', 8],
  [17.3, 'ai-avatar', 30],
  [16.4, 'text-to-speech'],
  [16.3, 'text-to-video-bytedance', 6],
  [14.1, 'text-to-video-veo3', 6, true],
  [13.2, 'ai-avatar', 45],
  [12.4, 'text-to-image'],
  [10.2, 'text-to-video-bytedance', 10],
  [9.1, 'text-to-video-veo3', 8, true],
  [7.3, 'ai-avatar', 24],
  [6.2, 'text-to-speech'],
  [5.4, 'text-to-video-veo3', 8],
  [3.3, 'text-to-image'],
  [3.2, 'text-to-video-bytedance', 8],
  [2.1, 'ai-avatar', 60],
  [1.2, 'text-to-video-veo3', 8, true],
];

describeInBrowser('a screenshot', () => {
  let temporal: TemporalServer;
  let credits: CreditsPage;
  beforeAll(async () => {
    temporal = await startTemporalServer({ log: () => {}, ui: true });
    publishTestServers({ ...testServers(), temporal });
    credits = await openCreditsPage();
    await liveThreeWeeks();
  });
  afterAll(async () => {
    credits.outside.finish();
    await credits.close();
    await temporal.stop();
  });

  const generate = async (requestId: string, kind: string, seconds?: number, audio?: boolean) => {
    const { generations } = credits.web.stack.client;
    const input = {
      prompt: 'A kelp forest',
      ...(kind === 'text-to-video-bytedance' && { simulate: 'shorter' }),
    };
    await generations.start({ accountId: ACCOUNT, requestId, kind, seconds, audio, input });
    return generations.result(ACCOUNT, requestId);
  };

  async function liveThreeWeeks(): Promise<void> {
    const { client, database } = credits.web.stack;
    const clock = new Postgres({ connectionString: database.testClockUrl });
    await clock.connect();
    const setClock = async (daysAgo: number) => {
      const time = new Date(Date.now() - daysAgo * DAY_MS).toISOString();
      await clock.query('DELETE FROM holdfast.test_clock');
      if (daysAgo > 0)
        await clock.query('INSERT INTO holdfast.test_clock (set_to) VALUES ($1)', [time]);
    };
    await setClock(20);
    const request = {
      accountId: ACCOUNT,
      subscriptionId: 'main',
      planId: 'professional-monthly',
      paymentReference: 'inv-1',
    };
    await client.subscriptions.subscribe(request);
    for (const [index, [daysAgo, ...asked]] of GENERATIONS.entries()) {
      if (index === 9) await buy();
      await setClock(daysAgo);
      await generate(`scene-${index + 1}`, ...asked);
    }
    await setClock(0);
    await clock.end();
    credits.outside.hold();
    await client.generations.start({
      accountId: ACCOUNT,
      requestId: 'finale',
      kind: 'text-to-video-veo3',
      seconds: 8,
    });
  }

  async function buy(): Promise<void> {
    const request = {
      accountId: ACCOUNT,
      purchaseId: 'extra',
      packId: 'pack-125',
      shownPriceCents: 4900,
    };
    await credits.web.stack.client.purchases.buy(request);
  }

  async function take(page: Page, name: string, fullPage = false): Promise<void> {
    const file = path.join(FOLDER, `${name}.png`);
    mkdirSync(FOLDER, { recursive: true });
    const viewport = page.viewportSize() ?? { width: 0, height: 0 };
    await page.screenshot({ path: file, fullPage, animations: 'disabled', caret: 'hide' });
    const { width, height, bytes } = sizeOf(file);
    const scale = Number(await page.evaluate('devicePixelRatio'));
    expect(width).toBe(viewport.width * scale);
    expect(height).toBeGreaterThanOrEqual(viewport.height * scale);
    // A page without anything on it is some kilobytes.
    expect(bytes).toBeGreaterThan(30_000);
  }

  async function untilComplete(page: Page): Promise<void> {
    await page.locator('holdfast-credits[data-state="live"]').waitFor();
    await expectToSay(page.locator('[data-generation="finale"]'), /24 credits/);
    await page.locator('svg.bars').waitFor();
    await page.locator('[data-receipt="finale"]').waitFor();
  }

  test.each([
    ['credits-wide', {}],
    ['credits-dark', { dark: true }],
    ['credits-phone', { phone: true }],
  ])('is taken of the page as %s', async (name, options) => {
    const { page } = await credits.logIn(ACCOUNT, { ...options, timeZone: 'Europe/Berlin' });
    await untilComplete(page);
    await take(page, name, name === 'credits-wide');
  });

  test.each([
    ['ar-EG', 'ar', 'rtl', 'رصيدك'],
    ['de-DE', 'de', 'ltr', 'Ihre Credits'],
    ['es-ES', 'es', 'ltr', 'Sus créditos'],
    ['fr-FR', 'fr', 'ltr', 'Vos crédits'],
    ['ja-JP', 'ja', 'ltr', 'クレジット残高'],
    ['pl-PL', 'en', 'ltr', 'Your credits'],
  ])('is taken of the page for a visitor with %s', async (locale, language, dir, heading) => {
    const { page } = await credits.logIn(ACCOUNT, { locale, timeZone: 'Europe/Berlin' });
    await page.locator('holdfast-credits[data-state="live"]').waitFor();
    await page.locator('svg.bars').waitFor();
    const all = page.locator('.all[data-live]');
    expect([await all.getAttribute('lang'), await all.getAttribute('dir')]).toEqual([
      language,
      dir,
    ]);
    await expectToSay(page.locator('h2#balance'), new RegExp(heading));
    await take(page, `credits-${locale.slice(0, 2)}`, true);
    for (const width of [320, 390, 760, 1040]) {
      await page.setViewportSize({ width, height: 844 });
      expect((await overflowOf(page)).pixels).toBe(0);
    }
  });

  test("is taken of Temporal's UI with what a generation says of itself", async () => {
    const { page, tolerate } = await credits.visit({ timeZone: 'Europe/Berlin' });
    tolerate(/./);
    const workflow = encodeURIComponent(`generation/${ACCOUNT}/finale`);
    await page.goto(`${temporal.uiUrl}/namespaces/${temporal.namespace}/workflows/${workflow}`);
    await page.getByText('User Metadata', { exact: true }).click();
    // Temporal's UI queries the workflow after a click, and shows the answer as Markdown in a
    // frame.
    await page.keyboard.press('r');
    const details = page.frameLocator('iframe >> nth=-1').locator('body');
    await expectToSay(details, /Generating\. Quote: .* 24 credits of account acme are reserved/);
    await take(page, 'temporal-ui');
  });
});

/** By the first chunk of a PNG. */
function sizeOf(file: string): { width: number; height: number; bytes: number } {
  const png = readFileSync(file);
  expect(png.subarray(0, 8).toString('latin1')).toBe('\x89PNG\r\n\x1a\n');
  return { width: png.readUInt32BE(16), height: png.readUInt32BE(20), bytes: png.length };
}
