import { readFileSync } from 'node:fs';
import type { AxeResults } from 'axe-core';
import type { Page } from 'playwright-core';

const AXE = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');

/** Fails with each barrier that axe finds and where, shadow roots included. */
export async function expectNoBarriers(page: Page): Promise<void> {
  // The debugger's way in, which no content security policy bars.
  await page.evaluate(AXE);
  const { violations, passes } = await page.evaluate<AxeResults>(
    "axe.run(document, { resultTypes: ['violations'] })",
  );
  const found = violations.flatMap(({ id, nodes }) =>
    nodes.map(
      ({ target, failureSummary }) => `${id}: ${target.flat().join(' » ')}\n${failureSummary}`,
    ),
  );
  expect(found).toEqual([]);
  expect(passes.length).toBeGreaterThan(0);
}
