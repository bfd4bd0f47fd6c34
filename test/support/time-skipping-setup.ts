import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Log } from '../../scripts/stack/temporal-binary';
import { archiveClasses } from '../../scripts/stack/time-skipping-archive';
import { findTimeSkippingServer } from '../../scripts/stack/time-skipping-binary';
import type { TimeSkippingServer } from './test-servers';

/** The part of jest's global configuration that says which files are run. */
export interface JestRun {
  rootDir: string;
  testPathPatterns: {
    toExecutor(options: { rootDir: string }): { isMatch(file: string): boolean };
  };
}

/** True if a test file of this run skips time. The first search for the server may take minutes. */
export function skipsTime({ rootDir, testPathPatterns }: JestRun): boolean {
  const wanted = testPathPatterns.toExecutor({ rootDir });
  return readdirSync(path.join(rootDir, 'test'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.test.ts'))
    .map((name) => path.join(rootDir, 'test', name))
    .some(
      (file) =>
        wanted.isMatch(file) && readFileSync(file, 'utf8').includes('describeTimeSkipping('),
    );
}

/**
 * Finds the time-skipping server once per run. Without one the tests that need it are skipped, and
 * the run does not fail.
 */
export async function prepareTimeSkipping(
  run: JestRun,
  log: Log,
): Promise<TimeSkippingServer | undefined> {
  if (!skipsTime(run)) return undefined;
  try {
    const executable = await findTimeSkippingServer(log);
    await archiveClasses(executable);
    return { executable };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    log(`The tests that skip time are skipped themselves. ${why}`);
    return { missing: why };
  }
}
