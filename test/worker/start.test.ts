import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { taskQueueState } from '../../client/task-queues';
import { startWorker } from '../../worker/worker';
import { loadWorkerConfig } from '../../worker/worker-config';
import { eventually } from '../support/eventually';
import { freePort } from '../support/free-port';
import { type Holdfast, openHoldfast, uniqueId } from '../workflows/harness';

describe('a worker', () => {
  let holdfast: Holdfast;
  beforeAll(async () => {
    holdfast = await openHoldfast();
  });
  afterAll(() => holdfast.closeSettled());

  test('serves both queues from two processes as from one, and says how it is', async () => {
    const { client } = holdfast;
    const account = uniqueId('roles');
    await holdfast.fund(account, 10);
    const [workflowsPort, generationPort] = [await freePort(), await freePort()];
    const workflows = await holdfast.startWorker({ role: 'workflows', healthPort: workflowsPort });
    const request = { accountId: account, requestId: 'r1', kind: 'text-to-image' };
    expect(await client.generations.start(request)).toMatchObject({ status: 'admitted' });
    expect(await client.generations.status(account, 'r1')).toMatchObject({
      workflow: 'running',
      progress: null,
      progressAt: null,
    });

    const generation = await holdfast.startWorker({
      role: 'generation',
      healthPort: generationPort,
    });
    expect(await client.generations.result(account, 'r1')).toMatchObject({
      status: 'committed',
      charged: 2,
    });

    const { taskQueue, generationTaskQueue } = holdfast.config;
    for (const [port, role, queues] of [
      [workflowsPort, 'workflows', [taskQueue, `${taskQueue}-notices`, `${taskQueue}-payments`]],
      [generationPort, 'generation', [generationTaskQueue]],
    ] as const) {
      const response = await fetch(`http://127.0.0.1:${port}/healthz`);
      expect(response.status).toBe(200);
      expect(await response.json()).toMatchObject({
        healthy: true,
        role,
        workers: queues.map((queue) => ({ taskQueue: queue, runState: 'RUNNING' })),
        abandonedCalls: [],
      });
    }
    await Promise.all([workflows.stop(), generation.stop()]);
    await expect(fetch(`http://127.0.0.1:${workflowsPort}/healthz`)).rejects.toThrow();
  });

  test.each(['all', 'generation'] as const)(
    'of role %s does not start without a generation provider, unless the stub is asked for',
    async (role) => {
      const taskQueue = uniqueId('no-provider');
      const config = { ...holdfast.config, role, taskQueue, generationTaskQueue: `${taskQueue}-g` };
      const workflowBundlePath = holdfast.temporal.workflowBundle.codePath;
      await expect(startWorker(config, { workflowBundlePath })).rejects.toMatchObject({
        code: 'GENERATION_NOT_CONFIGURED',
        message: expect.stringContaining('HOLDFAST_GENERATION=stub'),
      });
      const worker = await startWorker({ ...config, generation: 'stub' }, { workflowBundlePath });
      await worker.stop();
    },
  );

  test('of workflows alone needs no generation provider', async () => {
    const config = { ...holdfast.config, role: 'workflows' as const, taskQueue: uniqueId('none') };
    const workflowBundlePath = holdfast.temporal.workflowBundle.codePath;
    await (await startWorker(config, { workflowBundlePath })).stop();
  });

  test('of generations alone needs no database, and runs them', async () => {
    const { client, config, outputDir } = holdfast;
    const account = uniqueId('no-database');
    await holdfast.fund(account, 10);
    const workflows = await holdfast.startWorker({ role: 'workflows' });
    const { databaseUrl } = loadWorkerConfig({
      HOLDFAST_ROLE: 'generation',
      HOLDFAST_OUTPUT_DIR: outputDir,
      TEMPORAL_ADDRESS: config.temporal.connectionOptions.address,
    });
    expect(databaseUrl).toBeUndefined();
    const generation = await holdfast.startWorker({ role: 'generation', databaseUrl });
    const request = { accountId: account, requestId: 'r1', kind: 'text-to-image' };
    await client.generations.start(request);
    expect(await client.generations.result(account, 'r1')).toMatchObject({ status: 'committed' });
    await Promise.all([workflows.stop(), generation.stop()]);
  });

  test('serves its queues with a tuner, pollers that scale, a small cache and a provider’s quotas', async () => {
    const { client, config } = holdfast;
    const account = uniqueId('tuned');
    await holdfast.fund(account, 10);
    const target = { memoryPercent: 95, cpuPercent: 95 };
    const worker = await holdfast.startWorker({
      tuning: { ...config.tuning, target, pollersMax: 20, cachedWorkflows: 2 },
      ...{ generationsPerMinute: 6_000, generationQuotas: { 'text-to-image': 600 } },
    });
    for (const requestId of ['r1', 'r2', 'r3'])
      await client.generations.start({ accountId: account, requestId, kind: 'text-to-image' });
    for (const requestId of ['r1', 'r2', 'r3'])
      expect(await client.generations.result(account, requestId)).toMatchObject({
        status: 'committed',
      });
    await worker.stop();
  });

  test('does not begin to poll where its health port is taken', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '0.0.0.0', resolve));
    const { port } = other.address() as AddressInfo;
    const taskQueue = uniqueId('taken');
    await expect(holdfast.startWorker({ healthPort: port, taskQueue })).rejects.toMatchObject({
      code: 'EADDRINUSE',
    });
    expect((await taskQueueState(holdfast.temporal.client, taskQueue, 'workflow')).pollers).toBe(0);
    await new Promise((resolve) => other.close(resolve));
  });

  test('says that it is not well while it drains', async () => {
    const { client } = holdfast;
    const account = uniqueId('draining');
    const healthPort = await freePort();
    await holdfast.fund(account, 10);
    const worker = await holdfast.startWorker({ healthPort, shutdownGraceSeconds: 3 });
    await client.generations.start({
      accountId: account,
      requestId: 'r1',
      kind: 'text-to-image',
      input: { simulate: 'slow' },
    });
    await eventually(
      async () => Number((await client.generations.status(account, 'r1')).progress) > 0,
    );
    const stopped = worker.stop();
    const response = await fetch(`http://127.0.0.1:${healthPort}/healthz`);
    expect(response.status).toBe(503);
    expect(await response.json()).toMatchObject({ healthy: false });
    await stopped;
    await worker.finished;

    await holdfast.startWorker();
    expect(await client.generations.result(account, 'r1')).toMatchObject({
      status: 'committed',
      charged: 2,
    });
  });

  test('doesn’t start where it could not serve, and says why', async () => {
    const { config } = holdfast;
    const nowhere = 'postgres://nobody@127.0.0.1:1/nothing';
    await expect(holdfast.startWorker({ databaseUrl: nowhere })).rejects.toMatchObject({
      code: 'LEDGER_UNAVAILABLE',
    });

    const { webUrl } = holdfast.database;
    await expect(holdfast.startWorker({ databaseUrl: webUrl })).rejects.toMatchObject({
      code: 'LEDGER_ACCESS_DENIED',
      message: expect.stringContaining('HOLDFAST_WORKER_DATABASE_URL'),
    });

    const empty = uniqueId('empty').replace('-', '_');
    await holdfast.sql(`CREATE DATABASE ${empty}`);
    const unmigrated = new URL(String(config.databaseUrl));
    unmigrated.pathname = `/${empty}`;
    await expect(
      holdfast.startWorker({ databaseUrl: unmigrated.toString() }),
    ).rejects.toMatchObject({
      code: 'LEDGER_NOT_MIGRATED',
    });
    await holdfast.sql(`DROP DATABASE ${empty} WITH (FORCE)`);

    const temporal = {
      connectionOptions: { address: `127.0.0.1:${await freePort()}` },
      namespace: 'default',
    };
    await expect(holdfast.startWorker({ temporal })).rejects.toMatchObject({
      name: 'HoldfastError',
      code: 'TEMPORAL_UNAVAILABLE',
    });
    const elsewhere = { ...config.temporal, namespace: uniqueId('no-such-namespace') };
    for (const role of ['all', 'generation'] as const) {
      await expect(holdfast.startWorker({ temporal: elsewhere, role })).rejects.toMatchObject({
        name: 'HoldfastError',
        code: 'TEMPORAL_UNAVAILABLE',
      });
    }
  });
});
