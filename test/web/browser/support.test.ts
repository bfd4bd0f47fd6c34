import type { Browser } from 'playwright-core';
import { eventually } from '../../support/eventually';
import { expectNoBarriers } from './support/axe';
import { describeInBrowser, launchBrowser } from './support/describe';
import { openProductHost, type ProductHost } from './support/product-host';
import { openVisit } from './support/visit';

// The other files rely on this: a test fails if anything goes wrong in its page.
describeInBrowser('the watch over a page', () => {
  let browser: Browser;
  let host: ProductHost;
  beforeAll(async () => {
    browser = await launchBrowser();
    host = await openProductHost();
  });
  afterAll(async () => {
    await browser.close();
    await host.close();
  });

  test('sees a broken policy, an error that is thrown, a missing file and a server that is not there', async () => {
    const { page, problems, tolerate } = await openVisit(browser);
    tolerate(/holdfast-credits\.js/);
    await page.goto(host.publish({ apiUrl: host.url, takesAnyText: true }));
    expect(problems()).toEqual([]);
    await page.evaluate(
      "document.body.append(Object.assign(document.createElement('script'), { text: '1' }))",
    );
    await page.evaluate("setTimeout(() => { throw new Error('oh dear') })");
    await page.evaluate("fetch('/nowhere')");
    await page.evaluate("fetch('http://127.0.0.1:1/').catch(() => {})");
    await eventually(async () => problems().length >= 4);
    const all = problems().join('\n');
    for (const part of [/inline script/, /oh dear/, /404.*nowhere/, /127\.0\.0\.1:1/])
      expect(all).toMatch(part);
    tolerate(/./);
  });

  test('finds barriers within a shadow root, under any policy of the page', async () => {
    const { page, tolerate } = await openVisit(browser);
    tolerate(/holdfast-credits\.js/);
    await page.goto(host.publish({ apiUrl: host.url, takesAnyText: true }));
    await expectNoBarriers(page);
    await page.evaluate(
      "document.querySelector('holdfast-credits').attachShadow({ mode: 'open' }).innerHTML = '<button></button>'",
    );
    await expect(expectNoBarriers(page)).rejects.toThrow(/button-name: holdfast-credits » button/);
  });

  test('counts the bytes of a page and of what it loads', async () => {
    const { page, wire, tolerate } = await openVisit(browser);
    tolerate(/holdfast-credits\.js/);
    await page.goto(host.publish({ apiUrl: host.url, css: `/*${'x'.repeat(20_000)}*/` }));
    await eventually(async () => wire.total() > 20_000);
    expect(wire.byUrl()[0]).toMatchObject({ url: expect.stringMatching(/\.css$/) });
    expect(wire.total()).toBeLessThan(23_000);
  });
});
