import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { seriesOfAudit, seriesOfFaults } from './more-series';
import {
  alerts,
  CONFIGURATION_FILE,
  dashboards,
  problemsOf,
  queries,
  RULES_TEST_FILE,
} from './queries';
import { sumOf } from './scrape';
import { type Told, tellOfEverything } from './worker-story';

/** Debian has it in the package `prometheus`. */
const hasPromtool = spawnSync('promtool', ['--version']).status === 0;

let told: Told;
const counted = (name: string, labels: Record<string, string> = {}) =>
  sumOf(told.series, name, labels);

beforeAll(async () => {
  told = await tellOfEverything();
});

describe('the metrics of a worker', () => {
  test('count each request once, by the answer to it', () => {
    const answers = (labels: Record<string, string>) =>
      counted('holdfast_admissions_total', labels);
    expect(answers({ outcome: 'admitted', kind: 'text-to-image' })).toBe(5);
    expect(answers({ outcome: 'waiting' })).toBe(1);
    expect(answers({ outcome: 'refused', code: 'INSUFFICIENT_CREDITS' })).toBe(1);
    expect(answers({ outcome: 'refused', code: 'ADMISSION_TIMED_OUT' })).toBe(1);
    // A task that is lost runs its activity again.
    const measured = counted('holdfast_admission_seconds_count', { outcome: 'admitted' });
    expect(measured).toBeGreaterThanOrEqual(4);
    expect(counted('holdfast_waiting_seconds_count', { outcome: 'admitted' })).toBe(1);
  });

  test('count how generations ended, and what became of their credits', () => {
    const ended = (outcome: string) => counted('holdfast_generations_total', { outcome });
    expect([ended('committed'), ended('failed'), ended('cancelled'), ended('orphaned')]).toEqual([
      ...[2, 1, 1, 1],
    ]);
    const credits = (how: string) => counted('holdfast_credits_total', { how });
    expect(credits('reserved')).toBe(10);
    expect(credits('reserved')).toBe(credits('committed') + credits('returned'));
    expect(credits('granted')).toBe(150 + 125 + 5);
    expect(credits('expired')).toBe(5);
  });

  test('count purchases, declines, subscriptions and notices', () => {
    const bought = (outcome: string) => counted('holdfast_purchases_total', { outcome });
    expect([bought('opened'), bought('granted'), bought('declined')]).toEqual([2, 1, 1]);
    expect(counted('holdfast_subscriptions_total', { outcome: 'subscribed' })).toBe(1);
    const delivered = counted('holdfast_notices_total', { outcome: 'delivered' });
    expect(delivered).toBeGreaterThan(0);
    expect(counted('holdfast_notice_seconds_count')).toBe(delivered);
  });

  test('tell what reconciliation has found and put right', () => {
    const found = (finding: string) =>
      counted('holdfast_reconciliation_findings_total', { finding });
    expect([found('orphan'), found('released')]).toEqual([1, 1]);
    expect(counted('holdfast_upkeep_total', { part: 'ended-grant', result: 'done' })).toBe(1);
    const begun = counted('holdfast_reconciliation_begun_timestamp_seconds');
    expect(Math.abs(Date.now() / 1000 - begun)).toBeLessThan(300);
  });

  test('tell how the ledger and the providers answer', () => {
    const reserves = { function: 'reserve_credits', outcome: 'answered' };
    expect(counted('holdfast_ledger_call_seconds_count', reserves)).toBeGreaterThanOrEqual(5);
    const refused = { function: 'reserve_credits', code: 'INSUFFICIENT_CREDITS' };
    expect(counted('holdfast_ledger_refusals_total', refused)).toBe(1);
    const submits = { provider: 'generation', method: 'submit', outcome: 'answered' };
    // A job that is cancelled or terminated at once may never be submitted.
    expect(counted('holdfast_provider_call_seconds_count', submits)).toBeGreaterThanOrEqual(3);
  });

  test('tell what is open in the ledger', () => {
    expect(counted('holdfast_open', { what: 'reservation' })).toBe(0);
    expect(counted('holdfast_stuck')).toBe(0);
    expect(told.series.map(({ name }) => name)).toContain('holdfast_ledger_lock_waits');
  });

  test('have those of Temporal’s SDK beside them', () => {
    const admits = { activity_type: 'admit' };
    const run = counted('temporal_local_activity_execution_latency_seconds_count', admits);
    expect(run).toBeGreaterThanOrEqual(6);
    expect(counted('temporal_workflow_task_execution_failed_total')).toBeGreaterThan(0);
  });

  test('name no account, no request and no text of a person', () => {
    for (const word of [told.accountId, told.secret, 'committed/', 'orphan/'])
      expect(told.text).not.toContain(word);
    for (const { labels } of told.series)
      expect(Object.keys(labels)).not.toEqual(expect.arrayContaining(['accountId']));
  });
});

describe('the log of a worker', () => {
  test('has one line for each outcome, with account, request, run and build', () => {
    const { accountId, log } = told;
    const own = log.filter(
      (line) => line.accountId === accountId && line.requestId === 'committed',
    );
    const run = {
      ...{ workflowId: `generation/${accountId}/committed`, workflowType: 'generationWorkflow' },
      ...{ runId: expect.stringMatching(/^[0-9a-f-]{36}$/), build: expect.stringMatching(/./) },
      ...{ kind: 'text-to-image', service: 'holdfast-worker', level: 30 },
    };
    expect(own).toEqual([
      expect.objectContaining({
        ...run,
        ...{ msg: 'admission admitted', what: 'admission', outcome: 'admitted' },
        credits: { reserved: 2 },
      }),
      expect.objectContaining({
        ...run,
        ...{ msg: 'generation committed', what: 'generation', outcome: 'committed' },
        credits: { committed: 2, returned: 0 },
      }),
    ]);
  });

  test('has no input', () => {
    expect(JSON.stringify(told.log)).not.toContain(told.secret);
  });
});

test('the metrics of a web process are on a port of their own, by route and status', () => {
  const answered = { method: 'GET', route: '/v1/accounts/:accountId/balance', status: '200' };
  expect(sumOf(told.web, 'holdfast_http_request_seconds_count', answered)).toBe(1);
  expect(sumOf(told.web, 'holdfast_event_streams')).toBe(1);
  const balances = { function: 'balance', outcome: 'answered' };
  expect(sumOf(told.web, 'holdfast_ledger_call_seconds_count', balances)).toBeGreaterThan(0);
  expect(JSON.stringify(told.web)).not.toContain(told.accountId);
});

describe('the files of deploy/monitoring', () => {
  test('ask for metrics, labels and values that exist', async () => {
    // Prometheus' own, and labels that it adds to each series.
    const added = { instance: 'worker:9464', job: 'holdfast' };
    const series = [
      { name: 'up', labels: {}, value: 1 },
      // The SDK has it from the first request that fails, and none may have.
      { name: 'temporal_request_failure_total', labels: { operation: 'x' }, value: 1 },
      { name: 'holdfast_http_request_seconds_count', labels: { status: '503' }, value: 1 },
      ...[...told.series, ...told.web, ...(await seriesOfFaults()), ...(await seriesOfAudit())],
    ].map((one) => ({ ...one, labels: { ...one.labels, ...added } }));
    expect(queries().flatMap((query) => problemsOf(query, series))).toEqual([]);
    expect(queries().length).toBeGreaterThan(60);
  });

  test('link each alert to its entry in the runbook, which has no other', () => {
    const runbook = readFileSync(join(__dirname, '../../docs/how-to/runbook.md'), 'utf8');
    const entries = [...runbook.matchAll(/^### (Holdfast\w+)$/gm)].map(([, name]) => name);
    expect(alerts().map(({ alert }) => alert)).toEqual(entries);
    for (const { alert, annotations } of alerts())
      expect(annotations.runbook_url).toMatch(
        new RegExp(`/docs/how-to/runbook\\.md#${alert.toLowerCase()}$`),
      );
  });

  test('have dashboards with an id of their own', () => {
    const uids = dashboards().map(({ uid }) => uid);
    expect(new Set(uids).size).toBe(uids.length);
  });

  (hasPromtool ? test : test.skip)('pass promtool, and alert when they should', () => {
    const promtool = (...words: string[]) => execFileSync('promtool', words, { encoding: 'utf8' });
    expect(promtool('check', 'config', CONFIGURATION_FILE)).toMatch(/SUCCESS: \d+ rules found/);
    expect(promtool('test', 'rules', RULES_TEST_FILE)).toMatch(/SUCCESS/);
  });
});
