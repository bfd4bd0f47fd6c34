import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Connection } from '@temporalio/client';
import { registerSearchAttributes } from '../../client/register-search-attributes';
import { loadTemporal } from '../../config/temporal';
import { eventually } from '../support/eventually';
import { needsMoreRights, startRefusingTemporal } from '../support/refusing-temporal';
import { newNamespace } from '../support/temporal';
import { testServers } from '../support/test-servers';
import { type Holdfast, openHoldfast, uniqueId } from '../workflows/harness';

const NAMES = ['HoldfastAccount', 'HoldfastKind', 'HoldfastPlan', 'HoldfastState'];

describe('a key for one namespace alone, as on Temporal Cloud,', () => {
  let holdfast: Holdfast;
  beforeAll(async () => {
    holdfast = await openHoldfast();
  });
  afterAll(() => holdfast.closeSettled());

  test('is enough for a worker, where the search attributes are there', async () => {
    const { client, temporal } = holdfast;
    await registerSearchAttributes(temporal.connection, temporal.namespace);
    const cloud = await startRefusingTemporal(temporal.address);
    const account = uniqueId('cloud');
    await holdfast.fund(account, 10);
    const worker = await holdfast.startWorker({
      temporal: {
        connectionOptions: { address: cloud.address },
        namespace: temporal.namespace,
      },
    });
    const request = { accountId: account, requestId: 'r1', kind: 'text-to-image' };
    await client.generations.start(request);
    expect(await client.generations.result(account, 'r1')).toMatchObject({ status: 'committed' });
    expect([...cloud.refused].join()).toContain('operatorservice');
    await worker.stop();
    await cloud.close();
  });

  test('is changed without a restart, by its file', async () => {
    const { client, temporal } = holdfast;
    await registerSearchAttributes(temporal.connection, temporal.namespace);
    const valid = new Set(['Bearer first']);
    const used = new Map<string, Set<string>>();
    const cloud = await startRefusingTemporal(temporal.address, (path, key = 'none') => {
      used.set(key, (used.get(key) ?? new Set()).add(path));
      return needsMoreRights(path) || !valid.has(key);
    });
    const folder = mkdtempSync(join(tmpdir(), 'holdfast-key-'));
    const apiKeyFile = join(folder, 'key');
    writeFileSync(apiKeyFile, 'first\n');
    const loaded = loadTemporal({
      TEMPORAL_ADDRESS: cloud.address,
      TEMPORAL_NAMESPACE: temporal.namespace,
      HOLDFAST_TEMPORAL_API_KEY_FILE: apiKeyFile,
    });
    if (typeof loaded === 'string') throw new Error(loaded);
    const connectionOptions = { ...loaded.connectionOptions, tls: false };
    const worker = await holdfast.startWorker({ temporal: { ...loaded, connectionOptions } });

    valid.add('Bearer second');
    writeFileSync(apiKeyFile, 'second\n');
    await eventually(async () => (used.get('Bearer second')?.size ?? 0) > 0);
    valid.delete('Bearer first');
    const account = uniqueId('rotated');
    await holdfast.fund(account, 10);
    for (const requestId of ['r1', 'r2']) {
      await client.generations.start({ accountId: account, requestId, kind: 'text-to-image' });
      const result = await client.generations.result(account, requestId);
      expect(result).toMatchObject({ status: 'committed' });
    }
    expect([...(used.get('Bearer second') ?? [])].join()).toContain('RespondActivityTaskCompleted');
    await worker.stop();
    await cloud.close();
    rmSync(folder, { recursive: true });
  });

  test('that lacks attributes is told which, and the commands that add them', async () => {
    const namespace = await newNamespace('cloud');
    const own = await openHoldfast({ namespace });
    const cloud = await startRefusingTemporal(own.temporal.address);
    const temporal = { connectionOptions: { address: cloud.address }, namespace };
    const starting = own.startWorker({ temporal });
    await expect(starting).rejects.toMatchObject({
      code: 'SEARCH_ATTRIBUTES_MISSING',
      details: { missing: NAMES, namespace },
      message: expect.stringContaining(
        `temporal operator search-attribute create --namespace ${namespace} --name HoldfastAccount --type Keyword`,
      ),
    });
    await cloud.close();
    await own.closeSettled();
  });

  test('that may list but not add is told the same', async () => {
    const { address } = testServers().temporal;
    const namespace = await newNamespace('full');
    const server = await startRefusingTemporal(address, (path) =>
      path.endsWith('/AddSearchAttributes'),
    );
    const connection = await Connection.connect({ address: server.address });
    await expect(registerSearchAttributes(connection, namespace)).rejects.toMatchObject({
      code: 'SEARCH_ATTRIBUTES_MISSING',
      message: expect.stringContaining('PERMISSION_DENIED'),
    });
    await connection.close();
    await server.close();
  });

  test('of a namespace that has no room for more keywords is told what the server says', async () => {
    const { address } = testServers().temporal;
    const namespace = await newNamespace('no-room');
    const connection = await Connection.connect({ address });
    const searchAttributes = Object.fromEntries(
      Array.from({ length: 8 }, (_, n) => [`Other${n}`, 2 as const]),
    );
    await connection.operatorService.addSearchAttributes({ namespace, searchAttributes });
    await expect(registerSearchAttributes(connection, namespace)).rejects.toMatchObject({
      code: 'SEARCH_ATTRIBUTES_MISSING',
      details: { missing: NAMES },
      message: expect.stringMatching(/Keyword/),
    });
    await connection.close();
  });
});
