import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pino from 'pino';
import {
  type ProviderCalls,
  ProviderNotAnswering,
  UnansweredCall,
} from '../../activities/support/provider-calls';
import { writeAuditMetrics } from '../../cli/commands/operate/audit-metrics';
import { HoldfastError } from '../../contract/errors';
import { measureLedgerCalls } from '../../telemetry/ledger-metrics';
import { createMetrics } from '../../telemetry/metrics';
import { measureProviderCalls, showAbandonedCalls } from '../../telemetry/provider-metrics';
import { startWeb } from '../../web/start';
import { loadWebConfig } from '../../web/web-config';
import { variablesOf } from '../cli/command-line';
import { freePort } from '../support/free-port';
import { AUDIENCE, ISSUER, SECRET, tokenOf } from '../web/harness';
import type { Holdfast } from '../workflows/harness';
import { type Series, scrape, seriesIn } from './scrape';

/** The metrics of a web process, scraped while a stream is open. */
export async function seriesOfWeb(stack: Holdfast, accountId: string): Promise<Series[]> {
  const port = await freePort();
  const config = loadWebConfig({
    ...variablesOf(stack),
    ...{ DATABASE_URL: stack.database.webUrl, HOLDFAST_MIGRATION_DATABASE_URL: '' },
    ...{ HOLDFAST_WEB_PORT: '0', HOLDFAST_WEB_METRICS_PORT: String(port) },
    HOLDFAST_JWT_ISSUER: ISSUER,
    HOLDFAST_JWT_AUDIENCE: AUDIENCE,
    HOLDFAST_JWT_SECRET: SECRET,
  });
  const web = await startWeb(config, pino({ level: 'silent' }));
  try {
    const headers = { authorization: `Bearer ${await tokenOf(accountId)}` };
    const ask = (path: string) => fetch(`${web.url}${path}`, { headers });
    await (await ask(`/v1/accounts/${accountId}/balance`)).text();
    expect((await ask('/metrics')).status).toBe(404);
    const stream = await ask('/v1/accounts/me/events');
    const { series } = await scrape(port);
    await stream.body?.cancel();
    return series;
  } finally {
    await web.stop();
  }
}

/** What needs minutes to happen by itself: calls that hang, and a ledger that is away. */
export async function seriesOfFaults(): Promise<Series[]> {
  const service = 'holdfast-worker';
  const { meter, read, close } = createMetrics({ service, version: '0.0.0' });
  const hung = { provider: 'generation', method: 'submit', kind: 'song' } as const;
  const abandoned = [{ ...hung, abandoned: 7, refuses: true, lost: true }];
  showAbandonedCalls(meter, [{ abandoned: () => abandoned } as unknown as ProviderCalls]);
  const observe = measureProviderCalls(meter);
  for (const error of [new Error('x'), new UnansweredCall('x'), new ProviderNotAnswering('x')])
    observe({ ...hung, error, seconds: 0.1 });
  measureLedgerCalls(meter)({
    ...{ name: 'reserve_credits', given: {}, beganAtMs: 0, seconds: 3, turnSeconds: 0 },
    error: new HoldfastError('LEDGER_UNAVAILABLE', 'It is away.'),
  });
  const series = seriesIn(await read());
  await close();
  return series;
}

export async function seriesOfAudit(): Promise<Series[]> {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-audit-'));
  const file = join(folder, 'audit.prom');
  await writeAuditMetrics(file, { accounts: 1, entries: 2, entriesRead: 2, findings: 0 });
  const text = readFileSync(file, 'utf8');
  rmSync(folder, { recursive: true });
  return seriesIn(text);
}
