import type { Locator } from 'playwright-core';
import { eventually } from '../../../support/eventually';

/** A long limit, for a busy machine. A test that passes waits only as long as it must. */
export const WITHIN_MS = 45_000;

/** As it is read: what is visible, with single spaces. */
async function textsOf(place: Locator): Promise<string[]> {
  const texts = await place.filter({ visible: true }).allInnerTexts();
  return texts.map((text) => text.replaceAll(/\s+/g, ' ').trim());
}

/** Waits until something that is visible there says so, and fails with what it says instead. */
export async function expectToSay(place: Locator, pattern: RegExp): Promise<void> {
  try {
    await eventually(
      async () => (await textsOf(place)).some((text) => pattern.test(text)),
      WITHIN_MS,
    );
  } catch {
    throw new Error(`${place} says ${JSON.stringify(await textsOf(place))}, not ${pattern}.`);
  }
}

export async function expectGone(place: Locator): Promise<void> {
  try {
    await place.waitFor({ state: 'detached', timeout: WITHIN_MS });
  } catch {
    throw new Error(`${place} is still there and says ${JSON.stringify(await textsOf(place))}.`);
  }
}
