import { uniqueId } from '../../workflows/harness';
import { tokenOf } from '../harness';
import { expectNoBarriers } from './support/axe';
import { type CreditsPage, openCreditsPage } from './support/credits-page';
import { describeInBrowser } from './support/describe';
import { overflowOf, smallTargetsOf } from './support/measure';
import type { Visit } from './support/visit';
import { expectToSay } from './support/wait';

const IMAGE = { kind: 'text-to-image', input: { prompt: 'A holdfast' } };

const PICTURE = `<svg xmlns="http://www.w3.org/2000/svg" width="40" height="20">
  <script>parent.ran = window.ran = true;</script><rect width="40" height="20" fill="teal"/></svg>`;

/** An image of the browser: decodes once it has been loaded. */
interface Decoded {
  decode(): Promise<void>;
}

const next = ({ page }: Visit) => page.getByRole('region', { name: 'What happens next' });
const part = ({ page }: Visit, name: string) => page.locator(`[data-part="${name}"]`);

describeInBrowser('the page can be used', () => {
  let credits: CreditsPage;
  beforeAll(async () => {
    credits = await openCreditsPage();
    // A month that is over at once: what is sold with it has lapsed, with its window still open.
    await credits.web.stack.setCatalog({
      plans: { moment: { name: 'A moment', credits: 150, cycle: 'PT1S' } },
    });
  });
  afterEach(() => credits.outside.finish());
  afterAll(() => credits.close());

  const ask = (accountId: string, key: string, body: object) =>
    credits.web.ask(accountId, 'POST', '/generations', { key, body });

  /** Leaves so many of 150. */
  async function spendDownTo(left: number): Promise<string> {
    const accountId = await credits.subscriber();
    const seconds = (150 - left) * 3;
    const { generations } = credits.web.stack.client;
    await generations.start({
      accountId,
      requestId: 'film',
      kind: 'ai-avatar',
      seconds,
      input: { script: 'Hello' },
    });
    await generations.result(accountId, 'film');
    return accountId;
  }

  /** Checks that the state is usable in light and dark, with a screen reader, and by touch. */
  async function expectUsable({ page }: Visit): Promise<void> {
    await expectNoBarriers(page);
    await page.emulateMedia({ colorScheme: 'dark' });
    await expectNoBarriers(page);
    for (const width of [390, 320]) {
      await page.setViewportSize({ width, height: 844 });
      expect(await overflowOf(page)).toEqual({ pixels: 0, elements: [] });
      expect(await smallTargetsOf(page, 44)).toEqual([]);
    }
    await expectNoBarriers(page);
  }

  test('without a subscription', async () => {
    const visit = await credits.logIn(uniqueId('nobody'), { phone: true });
    await expectToSay(next(visit), /You have no subscription/);
    await expectToSay(part(visit, 'level'), /haven’t had any credits yet/);
    await expectToSay(part(visit, 'subscribe-first'), /running subscription/);
    await expectUsable(visit);
  });

  test('with a new account', async () => {
    const visit = await credits.logIn(await credits.subscriber());
    await expectToSay(part(visit, 'available'), /^150 credits$/);
    await expectToSay(next(visit), /\+150 on .*, when Lite Monthly renews/);
    await expectUsable(visit);
  });

  test('when few credits are left', async () => {
    const visit = await credits.logIn(await spendDownTo(10));
    await expectToSay(part(visit, 'level'), /Running low/);
    await expectUsable(visit);
  });

  test('when no credits are left, one generation runs and another waits', async () => {
    const accountId = await spendDownTo(2);
    const visit = await credits.logIn(accountId, { phone: true });
    credits.outside.hold();
    await ask(accountId, 'running', IMAGE);
    await ask(accountId, 'waiting', { ...IMAGE, onInsufficientCredits: 'wait' });
    await expectToSay(part(visit, 'available'), /^0 credits$/);
    await expectToSay(
      visit.page.locator('[data-generation="running"]'),
      /Text to Image: 2 credits/,
    );
    await expectToSay(visit.page.locator('[data-waiting="waiting"]'), /waits for 2 credits/);
    await expectToSay(
      part(visit, 'waiting-short'),
      /^The waiting Text to Image needs 2; you have 0: 2 short\. Buy 125 for \$49\.00\.$/,
    );
    // It is said once, and not at each price.
    expect(await part(visit, 'short').count()).toBe(0);
    await expectUsable(visit);
    credits.outside.finish();
    await expectToSay(part(visit, 'level'), /no credits left/);
    await credits.web.stack.client.generations.cancel(accountId, 'waiting');
  });

  test('when a subscription has lapsed and a payment may still be told', async () => {
    const accountId = uniqueId('late');
    const body = { planId: 'moment', paymentReference: 'inv-1' };
    await credits.web.stack.ledger.subscriptions.subscribe(accountId, 'main', body);
    const visit = await credits.logIn(accountId);
    await expectToSay(next(visit), /Your subscription ended on .* so 150 credits can’t be used/);
    await expectToSay(next(visit), /If you paid before it ended, they come back/);
    await expectUsable(visit);
  });

  test('while a purchase is to be confirmed', async () => {
    const visit = await credits.logIn(await credits.subscriber(), { phone: true });
    await visit.page.locator('[data-pack="pack-300"]').click();
    await expectToSay(part(visit, 'confirm'), /300 credits for \$99\.00/);
    await visit.page.locator('[data-part="top-up"] > summary').click();
    await expectUsable(visit);
  });

  test('while saving a top-up would buy at once: the button says what and for how much', async () => {
    const visit = await credits.logIn(await credits.subscriber());
    await visit.page.locator('[data-part="top-up"] > summary').click();
    const form = part(visit, 'top-up-form');
    const button = form.locator('button');
    await form.locator('[name="enabled"]').check();
    await expectToSay(button, /^Save$/);
    await form.locator('[name="packId"]').selectOption('pack-300');
    await form.locator('[name="cap"]').fill('99');
    await form.locator('[name="belowCredits"]').fill('151');
    await expectToSay(button, /^Save and buy 300 for \$99\.00 now$/);
    await form.locator('[name="cap"]').fill('98');
    await expectToSay(button, /^Save$/);
    await form.locator('[name="cap"]').fill('99');
    await expectUsable(visit);
    await button.click();
    await expectToSay(form, /Saved\. 300 credits for \$99\.00 are being bought now/);
    await expectToSay(part(visit, 'available'), /^450 credits$/);
    await expectToSay(button, /^Save$/);
  });

  test('when a change of settings got no answer: until when it may still be made', async () => {
    const visit = await credits.logIn(await credits.subscriber());
    const unknown = { code: 'ADMISSION_UNKNOWN', notAfter: '2030-01-01T12:00:10.000Z' };
    await visit.page.route('**/settings/low-balance', (route) =>
      route.fulfill({
        status: 504,
        contentType: 'application/problem+json',
        body: JSON.stringify(unknown),
      }),
    );
    visit.tolerate(/504/);
    await visit.page.locator('[data-part="top-up"] > summary').click();
    const form = part(visit, 'notice-form');
    await form.locator('input').fill('20');
    await form.locator('button').click();
    await expectToSay(form, /isn’t known whether this was saved.* 12:01 .*ADMISSION_UNKNOWN/);
    await expectUsable(visit);
  });

  test('when the login has expired', async () => {
    const accountId = await credits.subscriber();
    const visit = await credits.embed(accountId, {
      attributes: { token: await tokenOf(accountId, { exp: 1 }) },
    });
    visit.tolerate(/401/);
    await expectToSay(part(visit, 'connection'), /login has expired/);
    await expectUsable(visit);
  });

  test('when an error is shown', async () => {
    const visit = await credits.embed('studio', {
      attributes: { token: await tokenOf('studio', { account_scope: 'prices:read' }) },
    });
    visit.tolerate(/40[0-9]/);
    await expectToSay(part(visit, 'connection'), /can’t be shown.*Code for support/);
    await expectUsable(visit);
  });

  test('with states of a later server that it doesn’t know', async () => {
    const visit = await credits.logIn(await credits.subscriber());
    const { page } = visit;
    const says = (path: string, change: (body: string) => string) =>
      page.route(path, async (route) => {
        const response = await route.fetch();
        await route.fulfill({ response, body: change(await response.text()) });
      });
    await says('**/credits', (html) => html.replace('"status":"active"', '"status":"paused"'));
    await says('**/history?*', (json) => json.replace('"type":"grant"', '"type":"transfer"'));
    await says('**/purchases', (json) => json.replace('"status":"granted"', '"status":"disputed"'));
    await page.reload();
    await expectToSay(next(visit), /Your subscription is “paused”/);
    await expectToSay(
      part(visit, 'history'),
      /^Today transfer lite-monthly, cycle 1 \+150 credits/,
    );
    await page.locator('[data-pack="pack-125"]').click();
    await page.getByRole('button', { name: 'Buy for $49.00', exact: true }).click();
    await expectToSay(
      part(visit, 'confirm'),
      /“disputed”, so we don’t know yet whether you were charged/,
    );
    await expectUsable(visit);
  });

  test.each([
    ['https://media.example/reef.svg?v=2', 'img', true],
    ['https://media.example/gone.png', 'img', false],
    ['https://media.example/reef.mp4', 'video', false],
    ['https://media.example/reef.MP3', 'audio', true],
    ['https://media.example/reef', null, false],
    ['file:///tmp/reef.png', null, false],
  ])('with the output %s in a receipt', async (outputUrl, player, isShown) => {
    const accountId = await credits.subscriber();
    await ask(accountId, 'made', IMAGE);
    await credits.web.stack.client.generations.result(accountId, 'made');
    const visit = await credits.logIn(accountId);
    const { page } = visit;
    visit.tolerate(/ERR_|404/);
    await page.route('**/generations/made', async (route) => {
      const response = await route.fetch();
      await route.fulfill({ response, json: { ...(await response.json()), outputUrl } });
    });
    const asked: (string | undefined)[] = [];
    await page.route('https://media.example/**', (route) => {
      asked.push(route.request().headers().referer);
      return route.fulfill(
        outputUrl.includes('.svg')
          ? { contentType: 'image/svg+xml', body: PICTURE }
          : { status: 404, body: '' },
      );
    });
    const row = page.locator('[data-receipt="made"]');
    await row.locator('summary').click();
    const made = row.locator('.made');
    await row.locator('.receipt').waitFor();
    if (player !== null) {
      const state = isShown ? ':not([hidden])' : '[hidden]';
      await row.locator(`${player}.made${state}`).waitFor({ state: 'attached' });
    }
    expect(await made.count()).toBe(player === null ? 0 : 1);
    if (player === 'img' && isShown)
      await made.evaluate((image) => (image as unknown as Decoded).decode());
    expect(await row.getByRole('link').count()).toBe(outputUrl.startsWith('https:') ? 1 : 0);
    expect(asked.filter((referer) => referer !== undefined)).toEqual([]);
    expect(await page.evaluate("'ran' in window")).toBe(false);
    await expectNoBarriers(page);
  });

  // The last one here, because the server goes away for all.
  test('while it is offline', async () => {
    const visit = await credits.logIn(await credits.subscriber());
    visit.tolerate(/ERR_/);
    await visit.page.locator('holdfast-credits[data-state="live"]').waitFor();
    await credits.goAway();
    await expectToSay(part(visit, 'connection'), /can’t reach the server/);
    await expectUsable(visit);
    await credits.comeBack();
  });
});
