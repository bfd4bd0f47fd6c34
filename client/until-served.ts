import { setTimeout as pause } from 'node:timers/promises';
import { isLostUpdate } from './errors';

const PAUSE_MS = 50;

/** Asks again where nobody has answered, until the deadline that the connection gives every question. */
export async function untilServed<T>(
  ask: () => Promise<T>,
  isUnserved: (error: unknown) => boolean = isLostUpdate,
): Promise<T> {
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      if (!isUnserved(error)) throw error;
      await pause(PAUSE_MS);
    }
  }
}
