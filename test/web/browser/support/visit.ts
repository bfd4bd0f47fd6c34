import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { closeAfterTest } from './describe';
import { WITHIN_MS } from './wait';
import { type Wire, watchWire } from './wire';

export interface VisitOptions {
  phone?: boolean;
  /** A width other than that of the phone or the laptop. */
  width?: number;
  dark?: boolean;
  /** Lets changed figures count up or down. By default the visitor prefers reduced motion. */
  moving?: boolean;
  locale?: string;
  timeZone?: string;
  withoutScripts?: boolean;
}

const LAPTOP: BrowserContextOptions = { viewport: { width: 1280, height: 800 } };
const PHONE: BrowserContextOptions = {
  viewport: { width: 390, height: 844 },
  deviceScaleFactor: 2,
  isMobile: true,
  hasTouch: true,
};

/** A visitor with a browser context of their own: cookies, device, and the problems of the page. */
export interface Visit {
  page: Page;
  wire: Wire;
  /**
   * Tolerates console messages and failed requests that match, e.g. because the test stops the
   * server.
   */
  tolerate(problem: RegExp): void;
  /** The faults until now, but for the tolerated ones. */
  problems(): string[];
}

/** A problem that isn't tolerated fails the test at its end. */
export async function openVisit(browser: Browser, options: VisitOptions = {}): Promise<Visit> {
  const context = await browser.newContext(contextOptions(options));
  context.setDefaultTimeout(WITHIN_MS);
  const page = await context.newPage();
  const seen = watchProblems(page);
  const tolerated: RegExp[] = [];
  const problems = () =>
    seen.filter((problem) => !tolerated.some((pattern) => pattern.test(problem)));
  closeAfterTest(async () => {
    await context.close();
    expect(problems()).toEqual([]);
  });
  return {
    page,
    wire: await watchWire(page),
    tolerate: (problem) => tolerated.push(problem),
    problems,
  };
}

function contextOptions(options: VisitOptions): BrowserContextOptions {
  const device = options.phone ? PHONE : LAPTOP;
  const { width = device.viewport?.width ?? 0 } = options;
  return {
    ...device,
    viewport: { width, height: device.viewport?.height ?? 0 },
    colorScheme: options.dark ? 'dark' : 'light',
    reducedMotion: options.moving ? 'no-preference' : 'reduce',
    locale: options.locale ?? 'en-US',
    timezoneId: options.timeZone ?? 'UTC',
    javaScriptEnabled: !options.withoutScripts,
  };
}

/**
 * Collects the problems. The console also has violations of the content security policy and answers
 * of 400 and above.
 */
function watchProblems(page: Page): string[] {
  const problems: string[] = [];
  page.on('console', (message) => {
    if (message.type() !== 'error' && message.type() !== 'warning') return;
    problems.push(`console: ${message.text()} (${message.location().url})`);
  });
  page.on('pageerror', (error) => problems.push(`thrown: ${error.stack ?? error.message}`));
  page.on('crash', () => problems.push('the page has crashed'));
  page.on('requestfailed', (request) => {
    const why = request.failure()?.errorText ?? '';
    // A request that the page or its visitor breaks off hasn't failed.
    if (why !== 'net::ERR_ABORTED')
      problems.push(`failed: ${request.method()} ${request.url()} ${why}`);
  });
  return problems;
}
