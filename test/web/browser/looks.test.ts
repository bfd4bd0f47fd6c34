import { expectNoBarriers } from './support/axe';
import { type CreditsPage, openCreditsPage } from './support/credits-page';
import { describeInBrowser } from './support/describe';
import { type Focused, focusedOn, watchDigits, watchLayout } from './support/measure';
import { expectToSay } from './support/wait';

const WIRE_BYTES_MAX = 45 * 1024;

describeInBrowser('the page', () => {
  let credits: CreditsPage;
  let accountId: string;
  beforeAll(async () => {
    credits = await openCreditsPage();
    accountId = await credits.subscriber();
    await spend('first');
  });
  afterAll(() => credits.close());

  async function spend(requestId: string): Promise<void> {
    const { generations } = credits.web.stack.client;
    await generations.start({
      accountId,
      requestId,
      kind: 'text-to-image',
      input: { prompt: 'A reef' },
    });
    await generations.result(accountId, requestId);
  }

  test('loads with 45 KB over the wire at most, and nothing in it moves while it loads', async () => {
    for (const phone of [false, true]) {
      const { page, wire } = await credits.visit({ phone });
      await credits.enter(page, accountId);
      const layout = await watchLayout(page);
      const before = wire.total();
      await page.goto(`${credits.web.url}/credits`);
      await page.locator('holdfast-credits[data-state="live"]').waitFor();
      await page.locator('[data-receipt="first"]').waitFor();
      await page.locator('svg.bars').waitFor();
      expect(await layout.shifts()).toEqual([]);
      const bytes = wire.total() - before;
      if (bytes > WIRE_BYTES_MAX)
        throw new Error(`${bytes} bytes: ${JSON.stringify(wire.byUrl(), null, 1)}`);
    }
  });

  test('can be used with the keyboard in its own order, and shows where the focus is', async () => {
    const { page } = await credits.logIn(accountId);
    await page.locator('[data-receipt="first"]').waitFor();
    const reached: Focused[] = [];
    for (let presses = 0; presses < 80; presses += 1) {
      await page.keyboard.press('Tab');
      const focused = await focusedOn(page);
      if (focused === null) break;
      reached.push(focused);
    }
    expect(reached.filter(({ isOutlined, isInView }) => !isOutlined || !isInView)).toEqual([]);
    const order = reached.map(({ what }) => what);
    const first = (pattern: RegExp) => order.findIndex((what) => pattern.test(what));
    const stops = [
      /pack-125/,
      /pack-300/,
      /pack-450/,
      /summary.*top-up/,
      /input\[.*range/,
      /data-receipt|receipt=first/,
    ];
    const places = stops.map(first);
    expect({ order, places }).toEqual({ order, places: [...places].sort((a, b) => a - b) });
    expect({ order, missing: stops.filter((_, index) => (places[index] ?? -1) < 0) }).toEqual({
      order,
      missing: [],
    });
  });

  test('sells a pack to a visitor with a keyboard alone', async () => {
    const buyer = await credits.subscriber();
    const { page } = await credits.logIn(buyer);
    await page.locator('[data-pack="pack-125"]').focus();
    await page.keyboard.press('Enter');
    await expectToSay(page.locator('[data-part="confirm"]'), /Buy for \$49\.00/);
    for (let presses = 0; presses < 10; presses += 1) {
      if ((await focusedOn(page))?.text === 'Buy for $49.00') break;
      await page.keyboard.press('Tab');
    }
    await page.keyboard.press('Enter');
    await expectToSay(page.locator('[data-part="available"]'), /^275 credits$/);
  });

  test("takes the host's colour, and stays legible with any colour", async () => {
    for (const [accent, written] of [
      ['#ffd400', 'rgb(255, 212, 0)'],
      ['#0b3d0b', 'rgb(11, 61, 11)'],
      ['#e4007f', 'rgb(228, 0, 127)'],
    ]) {
      const { page } = await credits.embed(accountId, {
        css: `holdfast-credits { --holdfast-accent: ${accent} }`,
      });
      await page.locator('[data-pack="pack-125"]').click();
      const buy = page.getByRole('button', { name: 'Buy for $49.00', exact: true });
      await buy.focus();
      expect(await focusedOn(page)).toMatchObject({ text: 'Buy for $49.00', background: written });
      await expectNoBarriers(page);
      await page.emulateMedia({ colorScheme: 'dark' });
      await expectNoBarriers(page);
    }
  });

  test("shows numbers, dates and times as the visitor's locale and time zone have them", async () => {
    const german = { locale: 'de-DE', timeZone: 'Europe/Berlin' };
    for (const { page } of [
      await credits.logIn(accountId, german),
      await credits.embed(accountId, { ...german, lang: 'de' }),
    ]) {
      await expectToSay(page.locator('[data-pack="pack-125"]'), /49,00 \$/);
      const { validUntil } = await credits.web.stack.ledger.balance(accountId);
      const day = new Intl.DateTimeFormat('de-DE', {
        day: 'numeric',
        month: 'long',
        timeZone: german.timeZone,
      });
      const time = page.locator(`time[datetime="${validUntil}"]`).first();
      await expectToSay(
        time,
        new RegExp(day.format(new Date(validUntil ?? '')).replace('.', '\\.')),
      );
      expect(await time.getAttribute('title')).toMatch(/Mitteleuropäische (Normal|Sommer)zeit/);
    }
  });

  test('counts to a new figure once, and shows it at once to visitors who prefer reduced motion', async () => {
    const still = await credits.logIn(accountId);
    const moving = await credits.logIn(accountId, { moving: true });
    const { available } = await credits.web.stack.ledger.balance(accountId);
    for (const { page } of [still, moving])
      await expectToSay(page.locator('[data-part="available"]'), said(available));
    const [stillDigits, movingDigits] = [
      await watchDigits(still.page),
      await watchDigits(moving.page),
    ];
    await credits.web.stack.fund(accountId, 1000);
    for (const { page } of [still, moving]) {
      await expectToSay(page.locator('[data-part="available"]'), said(available + 1000));
    }
    expect(await stillDigits.shown()).toEqual([available, available + 1000].map(inEnglish));
    expect((await movingDigits.shown()).length).toBeGreaterThan(2);
  });
});

const inEnglish = (count: number) => count.toLocaleString('en-US');
const said = (count: number) => new RegExp(`^${inEnglish(count)} credits$`);
