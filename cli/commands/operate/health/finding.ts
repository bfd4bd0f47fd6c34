import { HoldfastError } from '../../../../contract/errors';
import type { Finding, HealthCheck } from '../../../../contract/operation';

/** How many things a check lists. */
export const FOUND_MAX = 20;

/**
 * The error as a finding. Anything but a HoldfastError is a fault of the program, and is thrown.
 */
export function findingOf(error: unknown): HoldfastError {
  if (error instanceof HoldfastError) return error;
  throw error;
}

/** The answer; undefined if it can't be had, which has a finding of its own. */
export async function unlessAway<Answer>(ask: () => Promise<Answer>): Promise<Answer | undefined> {
  try {
    return await ask();
  } catch (error) {
    findingOf(error);
    return undefined;
  }
}

/** A check of its own: if it can't be made, that is what it finds. */
export async function checkOf(
  name: string,
  check: () => Promise<Omit<HealthCheck, 'name'>>,
  fixOf: (error: HoldfastError) => string,
): Promise<HealthCheck> {
  try {
    return { name, ...(await check()) };
  } catch (error) {
    const finding = findingOf(error);
    return { name, ok: false, detail: finding.message, fix: fixOf(finding) };
  }
}

/** A problem for everything that was found, and none without. */
export function listed(detail: string, fix: string, found: Finding[]): Omit<HealthCheck, 'name'> {
  if (found.length === 0) return { ok: true, detail };
  return { ok: false, detail, fix, found: found.slice(0, FOUND_MAX) };
}
