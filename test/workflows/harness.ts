import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, isGrpcDeadlineError } from '@temporalio/client';
import { Pool } from 'pg';
import { createHoldfastClient, type HoldfastClient } from '../../client/client';
import { createOutboxDelivery } from '../../client/outbox-delivery';
import { type TaskQueueState, taskQueueState } from '../../client/task-queues';
import { createPayloadCodec } from '../../codec/payload-codec';
import type { CatalogVersion } from '../../contract/catalog';
import type { CodecKey } from '../../contract/codec-keys';
import type { JsonValue } from '../../contract/json';
import { createLedger, type Ledger } from '../../ledger/ledger';
import type { GenerationProvider } from '../../providers/generation-provider';
import { createStubGenerationProvider } from '../../providers/stub-generation/stub-generation-provider';
import {
  createStubPaymentProvider,
  type StubPaymentProvider,
} from '../../providers/stub-payment/stub-payment-provider';
import { type RunningWorker, startWorker, type WorkerOptions } from '../../worker/worker';
import { loadWorkerConfig, type WorkerConfig } from '../../worker/worker-config';
import { brokenIn } from '../ledger/ledger-support';
import { createTestDatabase, type TestDatabase } from '../support/database';
import { eventually } from '../support/eventually';
import { type TestTemporal, testTemporal } from '../support/temporal';
import { whileUnreachable } from '../support/while-unreachable';

export interface Holdfast {
  temporal: TestTemporal;
  database: TestDatabase;
  ledger: Ledger;
  client: HoldfastClient;
  config: WorkerConfig;
  outputDir: string;
  /** The generation stub of this file's workers. Its jobs take about 0.3 s. */
  provider: TestGenerationProvider;
  /** The payment stub of this file's workers. A pending payment waits until the test settles it. */
  payments: StubPaymentProvider;
  /**
   * Starts a worker on this file's task queues. It is stopped at the end if the test has not
   * stopped it.
   */
  startWorker(overrides?: Partial<WorkerConfig>, options?: WorkerOptions): Promise<RunningWorker>;
  /** Makes an account without credits that has had a subscription, so that its requests may wait. */
  openAccount(accountId: string): Promise<void>;
  /** Gives the account credits that last for a year. */
  fund(accountId: string, credits: number): Promise<void>;
  /**
   * Starts a generation by workflow name with JSON, as a service without Holdfast's client does.
   */
  startBare(workflowId: string, ...args: JsonValue[]): ReturnType<typeof startByName>;
  /** Runs SQL as the database's owner, who may break the rules. */
  sql<Row extends object>(text: string, values?: unknown[]): Promise<Row[]>;
  /**
   * Sets the time limit of a kind's generations. Workers that have read the catalog don't see it.
   */
  limitTime(kind: string, seconds: number): Promise<void>;
  /** Changes the current catalog version in place, e.g. to cycles of seconds. */
  setCatalog(changes: Partial<CatalogVersion>): Promise<void>;
  /** Fails unless every invariant holds and nothing is reserved. */
  expectSettled(): Promise<void>;
  close(): Promise<void>;
  /** Closes, and fails if something is left unsettled: how a file should end. */
  closeSettled(): Promise<void>;
}

export interface TestGenerationProvider extends GenerationProvider {
  /** The keys of the accepted jobs, repetitions included. */
  submitted: string[];
  /** Keeps the job of this key running until it is let go, however long its time is over. */
  hold(key: string): void;
  letGo(key: string): void;
}

export interface HoldfastOptions {
  /** Used in place of a new ledger. It is dropped at the end as well. */
  database?: TestDatabase;
  /** By default the server's own namespace. */
  namespace?: string;
  /** The keys of the workers and of `temporal.client`; by default payloads stand in clear. */
  codecKeys?: CodecKey[];
}

/** Opens Holdfast on a ledger and task queues of its own, with quick stubs. */
export async function openHoldfast(options: HoldfastOptions = {}): Promise<Holdfast> {
  const { codecKeys } = options;
  const temporal = withCodec(await testTemporal(options.namespace), codecKeys);
  const database = options.database ?? (await createTestDatabase());
  const { taskQueue } = temporal;
  const deliver = createOutboxDelivery(temporal.client, taskQueue);
  // A busy machine may need seconds for a connection.
  const connectWithinMs = 60_000;
  const ledger = createLedger({ databaseUrl: database.ledgerUrl, deliver, connectWithinMs });
  const outputDir = mkdtempSync(join(tmpdir(), 'holdfast-test-'));
  const config = { ...configOf(temporal, database, outputDir), codecKeys };
  const stubs = stubsIn(outputDir);
  const workers: RunningWorker[] = [];
  const owner = openOwner(database);
  const holdfast: Holdfast = {
    ...{ temporal, database, ledger, config, outputDir },
    ...stubs,
    ...catalogChanges(owner.sql),
    client: createHoldfastClient({ temporal: temporal.client, ledger, taskQueue }),
    sql: owner.sql,
    async startWorker(overrides, workerOptions) {
      const worker = await startWorker(
        { ...config, ...overrides },
        {
          generationProvider: stubs.provider,
          paymentProvider: stubs.payments,
          workflowBundlePath: temporal.workflowBundle.codePath,
          ...workerOptions,
        },
      );
      workers.push(worker);
      await untilPolled(temporal, { ...config, ...overrides });
      return worker;
    },
    openAccount: (accountId) => openAccount(owner.sql, accountId),
    fund: (accountId, credits) => fund(ledger, accountId, credits),
    startBare: (workflowId, ...args) => startByName(temporal, workflowId, args),
    async expectSettled() {
      expect(await brokenIn(ledger, OWN_DOING)).toEqual([]);
      const open = "SELECT * FROM holdfast.reservations WHERE state = 'open'";
      expect(await owner.sql(open)).toEqual([]);
    },
    async close() {
      await Promise.all(workers.map((worker) => worker.stop()));
      await Promise.all([ledger.close(), owner.close()]);
      await database.drop();
      rmSync(outputDir, { recursive: true, force: true });
    },
    async closeSettled() {
      try {
        await holdfast.expectSettled();
      } finally {
        await holdfast.close();
      }
    },
  };
  return holdfast;
}

/** As a product's own client: with the codec of the worker. */
export function withCodec(temporal: TestTemporal, codecKeys?: CodecKey[]): TestTemporal {
  if (codecKeys === undefined) return temporal;
  const { connection, namespace } = temporal;
  const dataConverter = { payloadCodecs: [createPayloadCodec(codecKeys)] };
  return { ...temporal, client: new Client({ connection, namespace, dataConverter }) };
}

function configOf(
  { address, namespace, taskQueue }: TestTemporal,
  { workerUrl }: TestDatabase,
  outputDir: string,
): WorkerConfig {
  return {
    ...loadWorkerConfig({
      DATABASE_URL: workerUrl,
      HOLDFAST_TASK_QUEUE: taskQueue,
      HOLDFAST_OUTPUT_DIR: outputDir,
      HOLDFAST_GRANT_CREDITS_MAX: String(Number.MAX_SAFE_INTEGER),
      HOLDFAST_GRANT_CREDITS_PER_DAY: String(Number.MAX_SAFE_INTEGER),
    }),
    temporal: { connectionOptions: { address }, namespace },
    shutdownGraceSeconds: 1,
    heartbeatMs: 500,
  };
}

function stubsIn(outputDir: string): Pick<Holdfast, 'provider' | 'payments'> {
  const retryAfterMs = 300;
  const jobs = createStubGenerationProvider({ outputDir, jobMs: 300, retryAfterMs });
  const delays = { pendingMs: 86_400_000, slowMs: 300, retryAfterMs };
  return {
    provider: testProvider(jobs),
    payments: createStubPaymentProvider({ outputDir, ...delays }),
  };
}

function openOwner({ ownerUrl }: TestDatabase): {
  sql: Holdfast['sql'];
  close(): Promise<void>;
} {
  const pool = new Pool({ connectionString: ownerUrl, max: 2 });
  // The pool ends before its connections do, and dropping the database may end those first.
  pool.on('error', () => {});
  return {
    sql: async <Row extends object>(text: string, values?: unknown[]) =>
      (await pool.query<Row>(text, values)).rows,
    close: () => pool.end(),
  };
}

function catalogChanges(sql: Holdfast['sql']): Pick<Holdfast, 'limitTime' | 'setCatalog'> {
  return {
    async limitTime(kind, seconds) {
      const text = 'UPDATE holdfast.catalog_versions SET document = jsonb_set(document, $1, $2)';
      await sql(text, [['kinds', kind, 'timeLimitSeconds'], String(seconds)]);
    },
    async setCatalog({ plans = {}, packs = {}, ...rest }) {
      const text = `UPDATE holdfast.catalog_versions
        SET document = jsonb_set(jsonb_set(document || $1, '{plans}', document->'plans' || $2),
          '{packs}', document->'packs' || $3)`;
      await sql(text, [rest, plans, packs]);
    },
  };
}

/** Accounts are opened lapsed, without a subscription, and top-ups are changed in place. */
const OWN_DOING = ['terms-follow-answers', 'top-up-was-said', 'top-up-failures-add-up'];

async function openAccount(sql: Holdfast['sql'], accountId: string): Promise<void> {
  const lapsed = "$1, 1, clock_timestamp() - interval '1 day'";
  await sql(`INSERT INTO holdfast.accounts (account_id, term, valid_until) VALUES (${lapsed})`, [
    accountId,
  ]);
  const terms = 'account_id, change, at, term, valid_until';
  await sql(
    `INSERT INTO holdfast.terms (${terms})
     SELECT account_id, 1, valid_until, term, valid_until FROM holdfast.accounts WHERE account_id = $1`,
    [accountId],
  );
}

async function fund(ledger: Ledger, accountId: string, credits: number): Promise<void> {
  const expiresAt = new Date(Date.now() + 365 * 86_400_000).toISOString();
  const body = { credits, source: 'promotion' as const, reason: 'test', by: 'test', expiresAt };
  const granted = await whileUnreachable(() => ledger.grant(accountId, 'fund', body));
  if (!granted.ok) throw new Error(granted.refusal.message);
}

/** An id that no other file and no earlier run has used. They may share the Temporal server. */
export function uniqueId(prefix: string): string {
  return `${prefix}-${randomBytes(6).toString('hex')}`;
}

function startByName({ client, taskQueue }: TestTemporal, workflowId: string, args: JsonValue[]) {
  return client.workflow.start('generationWorkflow', { workflowId, taskQueue, args });
}

/**
 * True if a worker that gets new work, or any of the given build, polls the task queue. False if the
 * server is too busy to say so in time.
 */
export async function isPolled(
  client: Client,
  taskQueue: string,
  type: TaskQueueState['type'],
  build?: string,
): Promise<boolean> {
  try {
    const { pollers, builds } = await taskQueueState(client, taskQueue, type);
    return build === undefined ? pollers > 0 : builds.some(({ buildId }) => buildId === build);
  } catch (error) {
    if (isGrpcDeadlineError(error)) return false;
    throw error;
  }
}

async function untilPolled({ connection }: TestTemporal, config: WorkerConfig): Promise<void> {
  if (config.role === 'generation') return;
  const client = new Client({ connection, namespace: config.temporal.namespace });
  const { taskQueue, deployment } = config;
  await eventually(() => isPolled(client, taskQueue, 'workflow', deployment?.buildId));
}

function testProvider(provider: GenerationProvider): TestGenerationProvider {
  const submitted: string[] = [];
  const held = new Set<string>();
  return {
    ...provider,
    submitted,
    async submit(job) {
      await provider.submit(job);
      submitted.push(job.idempotencyKey);
    },
    async state(key) {
      return held.has(key) ? { state: 'running', progress: 0.5 } : provider.state(key);
    },
    hold: (key) => void held.add(key),
    letGo: (key) => void held.delete(key),
  };
}
