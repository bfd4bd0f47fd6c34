import { eventually } from '../support/eventually';
import { freePort } from '../support/free-port';
import { startRefusingTemporal } from '../support/refusing-temporal';
import { type Holdfast, openHoldfast } from '../workflows/harness';
import { openTcpProxy } from '../workflows/tcp-proxy';

let holdfast: Holdfast;
beforeAll(async () => {
  holdfast = await openHoldfast();
});
afterAll(() => holdfast.closeSettled());

async function ask(port: number, path: string) {
  const answer = await fetch(`http://127.0.0.1:${port}${path}`);
  return { status: answer.status, body: await answer.json() };
}

test('a worker is ready while it reaches Temporal and the ledger, and live without them', async () => {
  const { database, temporal } = holdfast;
  const healthPort = await freePort();
  const proxy = await openTcpProxy(database.workerUrl);
  let isRefusing = false;
  const server = await startRefusingTemporal(
    temporal.address,
    (path) => isRefusing && path.endsWith('/DescribeNamespace'),
  );
  const { namespace } = temporal;
  const connection = { connectionOptions: { address: server.address }, namespace };
  const worker = await holdfast.startWorker({
    ...{ role: 'workflows', healthPort, databaseUrl: proxy.url, temporal: connection },
  });
  const isReady = () => ask(healthPort, '/readyz');
  const well = { status: 200, body: { ready: true, temporal: 'ok', ledger: 'ok' } };
  expect(await isReady()).toEqual(well);

  proxy.cut();
  expect(await isReady()).toEqual({
    status: 503,
    body: { ready: false, temporal: 'ok', ledger: 'LEDGER_UNAVAILABLE' },
  });
  expect((await ask(healthPort, '/healthz')).status).toBe(200);
  proxy.mend();
  await eventually(async () => (await isReady()).status === 200);

  isRefusing = true;
  expect(await isReady()).toEqual({
    status: 503,
    body: { ready: false, temporal: 'TEMPORAL_UNAVAILABLE', ledger: 'ok' },
  });
  isRefusing = false;
  expect(await isReady()).toEqual(well);

  await worker.stop();
  await Promise.all([proxy.close(), server.close()]);
});

test('a worker of generations asks Temporal alone', async () => {
  const healthPort = await freePort();
  const worker = await holdfast.startWorker({ role: 'generation', healthPort });
  expect(await ask(healthPort, '/readyz')).toEqual({
    status: 200,
    body: { ready: true, temporal: 'ok' },
  });
  await worker.stop();
});
