import { type Browser, chromium } from 'playwright-core';
import { findBrowser } from '../../../../scripts/stack/browser';

// No sandbox, because it can't be had as root in a container, and nothing but our own pages is opened.
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** What a test of this file has opened, the latest last; closed after the test, which fails with what closing says. */
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

/** Like `describe`, in a browser: without one there is a single test, which fails with how to get one. */
export function describeInBrowser(name: string, tests: () => void): void {
  try {
    findBrowser();
  } catch (error) {
    test(`${name} (not run: there is no browser)`, () => {
      // Where it was noticed helps nobody; what to do about it does.
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
