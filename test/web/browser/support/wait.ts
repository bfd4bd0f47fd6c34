import type { Locator } from 'playwright-core';

/** Waits until something that is visible there says so, and fails with what it says instead. */
export async function expectToSay(place: Locator, text: string | RegExp, withinMs = 15_000): Promise<void> {
  try {
    await place.filter({ hasText: text, visible: true }).first().waitFor({ timeout: withinMs });
  } catch {
    throw new Error(`Not "${text}" after ${withinMs} ms but ${JSON.stringify(await place.allInnerTexts())}: ${place}`);
  }
}

export async function expectGone(place: Locator, withinMs = 15_000): Promise<void> {
  try {
    await place.waitFor({ state: 'detached', timeout: withinMs });
  } catch {
    throw new Error(`Still there after ${withinMs} ms, with ${JSON.stringify(await place.allInnerTexts())}: ${place}`);
  }
}
