import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { eventually } from '../../support/eventually';
import { describeInBrowser, launchBrowser } from '../../web/browser/support/describe';
import { tokenOf } from '../../web/harness';
import { type Holdfast, openHoldfast, uniqueId } from '../../workflows/harness';
import { type Collector, pathTo, startCollector, type Told } from './collector';
import { startTracedProcesses, type TracedProcesses } from './traced-processes';
import { waterfallOf } from './waterfall';

// The picture of docs/how-to/monitoring.md. `npm run screenshots` keeps it.
const FOLDER = process.env.SCREENSHOTS_FOLDER ?? mkdtempSync(join(tmpdir(), 'holdfast-trace-'));

const ENDS = ['SQL:reserve_credits', 'Provider:generation.submit', 'SQL:commit_reservation'];

describeInBrowser('the picture of a trace', () => {
  let stack: Holdfast;
  let collector: Collector;
  let traced: TracedProcesses;
  beforeAll(async () => {
    const [opened, { outputFiles }] = await Promise.all([
      openHoldfast(),
      build({
        ...{ entryPoints: [join(__dirname, 'product-page.ts')], bundle: true, write: false },
        ...{ platform: 'browser', format: 'iife', define: { global: 'globalThis' } },
      }),
    ]);
    stack = opened;
    collector = await startCollector(outputFiles[0]?.text);
    traced = await startTracedProcesses(stack, collector);
  });
  afterAll(async () => {
    await traced.stop();
    await stack.closeSettled();
    await collector.close();
  });

  test('leads from a browser to SQL and to the provider', async () => {
    const accountId = uniqueId('traced');
    await stack.fund(accountId, 100);
    // The first of a process opens its connections and loads its workflows.
    await pressGenerate(accountId, 'first');
    await stack.client.generations.result(accountId, 'first');
    const before = collector.spans.length;
    await pressGenerate(accountId, 'second');
    await stack.client.generations.result(accountId, 'second');
    await eventually(async () => endsOf(collector.spans.slice(before)).length === ENDS.length);
    await traced.stop();
    const [first] = endsOf(collector.spans.slice(before));
    const spans = collector.spans.filter(({ traceId }) => traceId === first?.traceId);
    expect(new Set(spans.map(({ service }) => service))).toEqual(
      new Set(['product-page', 'holdfast-web', 'holdfast-worker']),
    );
    for (const end of ENDS) {
      const path = pathTo(spans, end);
      expect(path[0]).toBe('Generate is pressed');
      expect(path).toContain('RunWorkflow:generationWorkflow');
      expect(path.at(-1)).toBe(end);
    }
    const picture = waterfallOf(spans);
    for (const { name } of spans) expect(picture).toContain(`>${name}<`);
    mkdirSync(FOLDER, { recursive: true });
    writeFileSync(join(FOLDER, 'trace.svg'), picture);
  });

  async function pressGenerate(accountId: string, requestId: string): Promise<void> {
    const browser = await launchBrowser();
    try {
      const page = await browser.newPage();
      await page.goto(collector.origin);
      const url = `${traced.url}/v1/accounts/me/generations`;
      const headers = {
        authorization: `Bearer ${await tokenOf(accountId)}`,
        'idempotency-key': requestId,
        'content-type': 'application/json',
      };
      const body = { kind: 'text-to-image', input: {} };
      const asked = JSON.stringify({ collectorUrl: collector.url, url, headers, body });
      expect(await page.evaluate(`generate(${asked})`)).toBe(201);
    } finally {
      await browser.close();
    }
  }
});

function endsOf(spans: Told[]): Told[] {
  return ENDS.flatMap((end) => spans.find(({ name }) => name === end) ?? []);
}
