import type { Page } from 'playwright-core';
import { serviceToken, tokenOf } from '../harness';
import { type CreditsPage, openCreditsPage } from './support/credits-page';
import { describeInBrowser } from './support/describe';
import { expectGone, expectToSay } from './support/wait';

describeInBrowser('the element', () => {
  let credits: CreditsPage;
  beforeAll(async () => {
    credits = await openCreditsPage();
  });
  afterAll(() => credits.close());

  const element = (page: Page, state: string) =>
    page.locator(`holdfast-credits[data-state="${state}"]`);
  const available = (page: Page) => page.locator('[data-part="available"]');
  const connection = (page: Page) => page.locator('[data-part="connection"]');
  const setToken = (page: Page, token: string) =>
    page.evaluate(`document.querySelector('holdfast-credits').token = ${JSON.stringify(token)}`);
  const spend = async (accountId: string, requestId: string) => {
    const { generations } = credits.web.stack.client;
    await generations.start({
      accountId,
      requestId,
      kind: 'text-to-image',
      input: { prompt: 'A reef' },
    });
    await generations.result(accountId, requestId);
  };

  test('keeps its figures when the token expires, asks the host once, and goes on with the fresh token', async () => {
    const accountId = await credits.subscriber();
    // Five more seconds are tolerated, for clocks that differ.
    const token = await tokenOf(accountId, { exp: Math.floor(Date.now() / 1000) + 3 });
    const { page, tolerate } = await credits.embed(accountId, { attributes: { token } });
    tolerate(/401/);
    await page.evaluate(`
      globalThis.asked = [];
      document.addEventListener('holdfast-token-expired', (event) => asked.push(event.target.localName));
    `);
    await expectToSay(available(page), /^150 credits$/);
    await element(page, 'expired').waitFor();
    await expectToSay(connection(page), /login has expired/);
    await expectToSay(available(page), /^150 credits$/);
    await spend(accountId, 'meanwhile');
    await setToken(page, await tokenOf(accountId));
    await element(page, 'live').waitFor();
    await expectToSay(available(page), /^148 credits$/);
    expect(await page.evaluate('asked')).toEqual(['holdfast-credits']);
  });

  test('hears a token and words that were set before its script has loaded, and every token after that', async () => {
    const accountId = await credits.subscriber();
    const { page, tolerate } = await credits.visit();
    tolerate(/401/);
    const early = await tokenOf(accountId, { exp: Math.floor(Date.now() / 1000) + 3 });
    await page.route('**/holdfast-credits.js', async (route) => {
      await setToken(page, early);
      const words = "{ headings: { balance: 'Dein Guthaben' } }";
      await page.evaluate(`document.querySelector('holdfast-credits').words = ${words}`);
      await route.continue();
    });
    await page.goto(credits.host.publish({ apiUrl: credits.web.url }));
    await expectToSay(available(page), /^150 credits$/);
    await page.getByRole('region', { name: 'Dein Guthaben' }).waitFor();
    await element(page, 'expired').waitFor();
    await setToken(page, await tokenOf(accountId));
    await element(page, 'live').waitFor();
  });

  test("shows another account's figures with that account's token, and nothing of the first one's", async () => {
    const [first, second] = [await credits.subscriber(), await credits.subscriber()];
    await spend(first, 'of-the-first');
    const { page } = await credits.embed(first);
    await expectToSay(available(page), /^148 credits$/);
    await page.locator('[data-receipt="of-the-first"]').waitFor();
    await setToken(page, await tokenOf(second));
    await expectToSay(available(page), /^150 credits$/);
    await expectGone(page.locator('[data-receipt="of-the-first"]'));
    await spend(first, 'unseen');
    await spend(second, 'seen');
    await page.locator('[data-receipt="seen"]').waitFor();
    expect(await page.locator('[data-receipt="unseen"]').count()).toBe(0);
  });

  test('marks its figures as old while the server is away, and shows the right ones when it is back', async () => {
    const accountId = await credits.subscriber();
    const { page, tolerate } = await credits.logIn(accountId);
    tolerate(/ERR_/);
    await element(page, 'live').waitFor();
    await credits.goAway();
    try {
      await element(page, 'offline').waitFor();
      await expectToSay(connection(page), /can’t reach the server.*credits are safe/);
      await expectToSay(available(page), /^150 credits$/);
      await spend(accountId, 'meanwhile');
    } finally {
      await credits.comeBack();
    }
    await element(page, 'live').waitFor();
    await expectToSay(available(page), /^148 credits$/);
    await page.locator('[data-receipt="meanwhile"]').waitFor();
    await spend(accountId, 'afterwards');
    await expectToSay(available(page), /^146 credits$/);
  });

  test.each([
    [403, 'FORBIDDEN'],
    [429, 'RATE_LIMITED'],
    [500, 'INTERNAL'],
    [503, 'LEDGER_UNAVAILABLE'],
  ])(
    'shows the code for support and a way on after an answer of %i at the start',
    async (status, code) => {
      const accountId = await credits.subscriber();
      const { page, tolerate } = await credits.visit();
      tolerate(new RegExp(String(status)));
      const body = JSON.stringify({
        type: `urn:holdfast:error:${code}`,
        title: code,
        status,
        code,
        retryable: true,
      });
      const headers = { 'access-control-allow-origin': credits.host.url };
      await page.route('**/v1/accounts/**', (route) =>
        route.fulfill({ status, contentType: 'application/problem+json', headers, body }),
      );
      await page.goto(
        credits.host.publish({
          apiUrl: credits.web.url,
          attributes: { token: await tokenOf(accountId) },
        }),
      );
      await element(page, 'error').waitFor();
      await expectToSay(connection(page), new RegExp(`Nothing was charged.*${code}`, 's'));
      // The page also retries by itself, and removes the button as soon as that succeeds.
      const asked = page.waitForRequest('**/v1/accounts/me/events');
      await connection(page).getByRole('button', { name: 'Try again' }).click();
      await asked;
      await page.unrouteAll();
      await expectToSay(available(page), /^150 credits$/);
    },
  );

  test("shows a state of its own, without figures, for a token that can't be read and for a service's", async () => {
    for (const token of ['', 'not.a.token', await serviceToken('balance:read')]) {
      const { page, tolerate } = await credits.embed('nobody', { attributes: { token } });
      tolerate(/40[0-9]/);
      await page
        .locator('holdfast-credits:is([data-state="expired"], [data-state="error"])')
        .waitFor();
      await expectToSay(connection(page), /Nothing was charged|credits are safe/);
      expect(await page.locator('[data-part="available"]').count()).toBe(0);
    }
  });
});
