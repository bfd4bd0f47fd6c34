import { tokenOf } from '../harness';
import { type CreditsPage, openCreditsPage } from './support/credits-page';
import { describeInBrowser } from './support/describe';
import { expectGone, expectToSay } from './support/wait';

const VIDEO = {
  kind: 'text-to-video-veo3',
  seconds: 8,
  audio: true,
  input: { prompt: 'A kelp forest' },
};
const CLIP = {
  kind: 'text-to-video-bytedance',
  seconds: 5,
  input: { prompt: 'A wave', simulate: 'shorter' },
};
const AVATAR = { kind: 'ai-avatar', seconds: 312, input: { script: 'Hello' } };
const IMAGE = { kind: 'text-to-image', input: { prompt: 'A holdfast' } };

describeInBrowser('an owner of credits', () => {
  let credits: CreditsPage;
  beforeAll(async () => {
    credits = await openCreditsPage();
  });
  afterAll(() => credits.close());

  const start = async (accountId: string, key: string, body: object) => {
    const { status } = await credits.web.ask(accountId, 'POST', '/generations', { key, body });
    return status;
  };

  test('logs in by a link, uses up the credits, buys a pack, and sees the waiting generation finish', async () => {
    const accountId = await credits.subscriber();
    const { page } = await credits.logIn(accountId);
    const available = page.locator('[data-part="available"]');
    await expectToSay(available, /^150 credits$/);
    // Gone with the first reload.
    await page.evaluate('globalThis.isSamePage = true');

    credits.outside.hold();
    expect(await start(accountId, 'video', VIDEO)).toBe(201);
    await expectToSay(page.locator('[data-part="reserved"]'), /Reserved .*: 40/);
    await expectToSay(page.locator('[data-generation="video"]'), /Text to Video \(Veo3\).*40/);
    await expectToSay(
      page.locator('[data-part="progress"]'),
      /^40% done, as of (now|\d+ seconds? ago)$/,
    );
    await expectToSay(available, /^110 credits$/);
    credits.outside.finish();
    await expectGone(page.locator('[data-generation="video"]'));
    await expectToSay(available, /^110 credits$/);

    await start(accountId, 'clip', CLIP);
    await expectToSay(available, /^104 credits$/);
    await start(accountId, 'avatar', AVATAR);
    await expectToSay(available, /^0 credits$/);
    await expectToSay(page.getByText(/You have no credits left/), /no credits left/);
    expect(await start(accountId, 'image', { ...IMAGE, onInsufficientCredits: 'wait' })).toBe(202);
    await expectToSay(
      page.locator('[data-waiting="image"]'),
      /Text to Image waits for 2 credits, next in line/,
    );

    await page.locator('[data-pack="pack-125"]').click();
    const confirm = page.locator('[data-part="confirm"]');
    await expectToSay(confirm, /non-refundable/);
    await confirm.getByRole('button', { name: 'Buy for $49.00' }).click();
    await expectToSay(confirm, /125 credits added/);
    await expectGone(page.locator('[data-waiting="image"]'));
    await expectGone(page.locator('[data-generation="image"]'));
    await expectToSay(available, /^123 credits$/);

    const receipt = page.locator('[data-receipt="clip"]');
    await receipt.locator('summary').click();
    await expectToSay(receipt, /Quoted.*9.*Charged.*6.*Returned.*3/i);
    expect(await page.evaluate('globalThis.isSamePage')).toBe(true);
    await credits.web.stack.expectSettled();
  });

  test('sees the balance before any script has run', async () => {
    const accountId = await credits.subscriber();
    const { page } = await credits.visit({ withoutScripts: true });
    await credits.enter(page, accountId);
    await page.goto(`${credits.web.url}/credits`);
    await expectToSay(page.locator('[data-part="available"]'), /^150 credits$/);
  });

  test('sees the same on a product’s page, on another origin and with a strict policy', async () => {
    const accountId = await credits.subscriber();
    const { page } = await credits.embed(accountId);
    await expectToSay(page.locator('[data-part="available"]'), /^150 credits$/);
    credits.outside.hold();
    await start(accountId, 'video', VIDEO);
    await expectToSay(page.locator('[data-part="available"]'), /^110 credits$/);
    credits.outside.finish();
    await expectGone(page.locator('[data-generation="video"]'));
  });

  test('who follows another account’s link is asked first, and can log out', async () => {
    const [own, other] = [await credits.subscriber(), await credits.subscriber()];
    const { page, tolerate } = await credits.logIn(own);
    tolerate(/401|409/);
    const main = page.locator('main');
    const token = await tokenOf(other);
    for (const answer of ['Stay logged in', 'Go on as']) {
      await page.goto(`${credits.web.url}/credits/login#token=${token}`);
      await expectToSay(main, new RegExp(`You are logged in as ${own}.*logs in as ${other}`));
      await main.locator('button, a').filter({ hasText: answer }).click();
      await page.waitForURL(`${credits.web.url}/credits`);
      const shown = answer === 'Go on as' ? other : own;
      await expectToSay(page.locator('header'), new RegExp(`Logged in as ${shown}`));
      await expectToSay(page.locator('[data-part="available"]'), /^150 credits$/);
    }
    await page.locator('holdfast-credits[data-state="live"]').waitFor();
    expect(await page.content()).not.toContain(token.split('.')[1]);
    await page.getByRole('button', { name: 'Log out' }).click();
    await expectToSay(main, /Log in to see your credits/);
    await page.reload();
    await expectToSay(main, /Log in to see your credits/);
  });

  test('without a login is asked to log in', async () => {
    const { page, tolerate } = await credits.visit();
    tolerate(/401/);
    const response = await page.goto(`${credits.web.url}/credits`);
    expect(response?.status()).toBe(401);
    await expectToSay(page.locator('main'), /log in/i);
  });
});
