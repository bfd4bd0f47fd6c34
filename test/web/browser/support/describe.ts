import { type Browser, chromium } from 'playwright-core';
import { findBrowser } from '../../../../scripts/stack/browser';

// Without a sandbox, which root in a container can't have. Only our own pages are opened.
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/**
 * The visits that a test has opened, in their order. They are closed after the test, which fails if
 * closing one fails.
 */
const opened: (() => Promise<void>)[] = [];

export function closeAfterTest(close: () => Promise<void>): void {
  opened.push(close);
}

async function closeOpened(): Promise<void> {
  const failures: unknown[] = [];
  for (const close of opened.splice(0).reverse())
    await close().catch((error) => failures.push(error));
  if (failures.length > 0) throw failures[0];
}

/**
 * Like `describe`, in a browser. Without a browser there is a single test, which fails and says how
 * to get one.
 */
export function describeInBrowser(name: string, tests: () => void): void {
  try {
    findBrowser();
  } catch (error) {
    test(`${name} (not run: there is no browser)`, () => {
      // The message says what to do; the stack wouldn't help.
      throw Object.assign(error as Error, { stack: (error as Error).message });
    });
    return;
  }
  describe(name, () => {
    afterEach(closeOpened);
    tests();
  });
}

export function launchBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: findBrowser(), args: FLAGS, chromiumSandbox: false });
}
