import type { Page } from 'playwright-core';
import { builtInCatalog } from '../../../catalog/catalog';
import type { CatalogVersion } from '../../../contract/catalog';
import { applyCatalog } from '../../../ledger/apply-catalog';
import { eventually } from '../../support/eventually';
import type { Holdfast } from '../../workflows/harness';
import { expectBooksToAgree } from '../../workflows/purchase/purchases-match-payments';
import { openTcpProxy, type TcpProxy } from '../../workflows/tcp-proxy';
import { tokenOf } from '../harness';
import { type CreditsPage, openCreditsPage } from './support/credits-page';
import { describeInBrowser } from './support/describe';
import { expectToSay } from './support/wait';

describeInBrowser('a purchase on the page', () => {
  let credits: CreditsPage;
  beforeAll(async () => {
    credits = await openCreditsPage();
  });
  afterAll(async () => {
    try {
      await expectBooksToAgree(credits.web.stack);
    } finally {
      await credits.close();
    }
  });

  const available = (page: Page) => page.locator('[data-part="available"]');
  const confirm = (page: Page) => page.locator('[data-part="confirm"]');
  const button = (page: Page, name: string) => confirm(page).getByRole('button', { name });
  const choose = (page: Page) => page.locator('[data-pack="pack-125"]').click();

  /** The amounts that the payment service has taken from the account, in cents. */
  async function taken(accountId: string): Promise<number[]> {
    const book = await credits.web.stack.payments.book();
    const own = book.filter((entry) => entry.accountId === accountId);
    return own.flatMap(({ timesTaken, amountCents }) =>
      Array<number>(timesTaken).fill(amountCents),
    );
  }

  /** The money is taken, and the page is never told. */
  async function buyUnheard(page: Page, accountId: string, wire: TcpProxy): Promise<void> {
    await choose(page);
    credits.outside.keepAnswers();
    await button(page, 'Buy for $49.00').click();
    await eventually(async () => (await taken(accountId)).length === 1);
    wire.cut();
    await expectToSay(confirm(page), /don’t know yet whether you were charged/);
  }

  test('says that a declined card was not charged, and shows the code for support', async () => {
    const accountId = await credits.subscriber();
    credits.outside.payWith(accountId, 'simulate-declined');
    const { page } = await credits.logIn(accountId);
    await choose(page);
    await button(page, 'Buy for $49.00').click();
    await expectToSay(confirm(page), /declined.*Nothing was charged.*card-declined/s);
    await expectToSay(available(page), /^150 credits$/);
    expect(await taken(accountId)).toEqual([]);
  });

  test('says that it waits for the bank, and adds the credits when the bank has decided', async () => {
    const accountId = await credits.subscriber();
    credits.outside.payWith(accountId, 'simulate-pending');
    const { page } = await credits.logIn(accountId);
    await choose(page);
    await button(page, 'Buy for $49.00').click();
    await expectToSay(confirm(page), /bank hasn’t decided yet/);
    const { payments, client } = credits.web.stack;
    const book = await payments.book();
    const key = book.find((entry) => entry.accountId === accountId)?.idempotencyKey ?? '';
    await payments.settle(key);
    await client.purchases.paymentUpdated(accountId, key.split('/')[2] ?? '');
    await expectToSay(available(page), /^275 credits$/);
    await expectToSay(confirm(page), /125 credits added/);
    expect(await taken(accountId)).toEqual([4900]);
  });

  test('is made once by a double click', async () => {
    const accountId = await credits.subscriber();
    const { page } = await credits.logIn(accountId);
    await choose(page);
    await button(page, 'Buy for $49.00').dblclick();
    await expectToSay(confirm(page), /125 credits added/);
    await expectToSay(available(page), /^275 credits$/);
    expect(await taken(accountId)).toEqual([4900]);
  });

  test('is shown as unknown when the connection breaks before the answer, and is charged once when tried again', async () => {
    const accountId = await credits.subscriber();
    const wire = await openTcpProxy(credits.web.url);
    const { page, tolerate } = await credits.logIn(accountId, { url: wire.url.replace(/\/$/, '') });
    tolerate(/ERR_/);
    try {
      await buyUnheard(page, accountId, wire);
      expect(await page.getByText(/Nothing was charged/i).count()).toBe(0);
      credits.outside.answer();
      await eventually(
        async () => (await credits.web.stack.ledger.balance(accountId)).available === 275,
      );
      await button(page, 'Try again').click();
      await expectToSay(confirm(page), /don’t know yet whether you were charged/);
      wire.mend();
      await button(page, 'Try again').click();
      await expectToSay(confirm(page), /125 credits added/);
      await expectToSay(available(page), /^275 credits$/);
      expect(await taken(accountId)).toEqual([4900]);
    } finally {
      credits.outside.answer();
      await wire.close();
    }
  });

  test('stays unknown when the login expires before the answer, until a fresh token asks again', async () => {
    const accountId = await credits.subscriber();
    const wire = await openTcpProxy(credits.web.url);
    const { page, tolerate } = await credits.logIn(accountId, { url: wire.url.replace(/\/$/, '') });
    tolerate(/ERR_|401/);
    const setToken = (token: string) =>
      page.evaluate(`document.querySelector('holdfast-credits').token = ${JSON.stringify(token)}`);
    try {
      await buyUnheard(page, accountId, wire);
      credits.outside.answer();
      wire.mend();
      await setToken(await tokenOf(accountId, { exp: 1 }));
      await page.locator('holdfast-credits[data-state="expired"]').waitFor();
      const refused = page.waitForResponse(/purchases/);
      await button(page, 'Try again').click();
      expect((await refused).status()).toBe(401);
      await expectToSay(confirm(page), /don’t know yet whether you were charged/);
      expect(await page.getByText(/Nothing was charged/i).count()).toBe(0);
      await setToken(await tokenOf(accountId));
      await button(page, 'Try again').click();
      await expectToSay(confirm(page), /125 credits added/);
      expect(await taken(accountId)).toEqual([4900]);
    } finally {
      credits.outside.answer();
      await wire.close();
    }
  });

  // The last one here: a price that has come into force stays.
  test('shows a price that has changed meanwhile, and asks again', async () => {
    const accountId = await credits.subscriber();
    const { page, tolerate } = await credits.logIn(accountId);
    tolerate(/409/);
    await choose(page);
    await raisePrice(credits.web.stack, 5900);
    await button(page, 'Buy for $49.00').click();
    await expectToSay(confirm(page), /\$59\.00 now, not \$49\.00\. Nothing was charged/);
    await expectToSay(page.locator('[data-pack="pack-125"]'), /\$59\.00/);
    expect(await taken(accountId)).toEqual([]);
    expect(await credits.web.stack.ledger.balance(accountId)).toMatchObject({ available: 150 });
    await button(page, 'Buy for $59.00').click();
    await expectToSay(confirm(page), /125 credits added/);
    expect(await taken(accountId)).toEqual([5900]);
  });
});

async function raisePrice({ database, ledger }: Holdfast, priceCents: number): Promise<void> {
  const [catalog] = builtInCatalog();
  const effectiveFrom = new Date(Date.now() + 6_000).toISOString();
  const packs = { 'pack-125': { credits: 125, priceCents, currency: 'USD' } };
  await applyCatalog(database.ownerUrl, [
    { ...(catalog as CatalogVersion), version: 2, effectiveFrom, packs },
  ]);
  await eventually(async () => (await ledger.effectiveCatalog()).catalogVersion === '2');
}
