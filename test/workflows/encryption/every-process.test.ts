import pino from 'pino';
import { startWeb } from '../../../web/start';
import { loadWebConfig } from '../../../web/web-config';
import { holdfastJson, variablesOf } from '../../cli/command-line';
import { newKey, settingOf } from '../../codec/keys';
import { eventually } from '../../support/eventually';
import { AUDIENCE, ISSUER, SECRET, tokenOf } from '../../web/harness';
import { type Holdfast, openHoldfast, uniqueId } from '../harness';

const KEYS = [newKey('k2'), newKey('k1')];
const ACCOUNT = uniqueId('codec');

let stack: Holdfast;
let variables: Record<string, string>;
beforeAll(async () => {
  stack = await openHoldfast({ codecKeys: KEYS });
  await stack.startWorker();
  await stack.fund(ACCOUNT, 100);
  variables = { ...variablesOf(stack), HOLDFAST_CODEC_KEYS: settingOf(KEYS) };
});
afterAll(() => stack.closeSettled());

test('the command line with the worker’s keys starts generations, and reads what others started', async () => {
  const request = ['generate', ACCOUNT, 'text-to-image', '--request-id', 'by-cli'];
  const { code, json } = await holdfastJson(variables, ...request);
  expect({ code, json }).toMatchObject({ code: 0, json: { status: 'committed', charged: 2 } });
  expect(await stack.client.generations.result(ACCOUNT, 'by-cli')).toMatchObject({
    status: 'committed',
  });
});

test('the command line without keys is told a code, and nothing is charged', async () => {
  const { HOLDFAST_CODEC_KEYS: _, ...without } = variables;
  const request = ['generate', ACCOUNT, 'text-to-image', '--request-id', 'by-cli'];
  const { code, json } = await holdfastJson(without, ...request);
  expect({ code, json }).toMatchObject({
    code: 4,
    json: { error: { code: 'PAYLOAD_UNREADABLE' } },
  });
});

test('the doctor says which key encrypts, and whether it can read the Schedule', async () => {
  await stack.client.reconciliation.schedule({ everySeconds: 3_600 });
  try {
    const { json } = await holdfastJson(variables, 'doctor');
    expect((json as { checks: object[] }).checks).toContainEqual({
      ...{ name: 'payload-codec', ok: true },
      detail: 'this command encrypts payloads by key k2, and reads k1 too',
    });
    const other = { ...variables, HOLDFAST_CODEC_KEYS: settingOf([newKey('k3')]) };
    const lost = await holdfastJson(other, 'doctor');
    expect(lost).toMatchObject({ code: 4, json: { healthy: false } });
    expect((lost.json as { checks: object[] }).checks).toContainEqual(
      expect.objectContaining({ fix: expect.stringContaining('HOLDFAST_CODEC_KEYS') }),
    );
  } finally {
    await stack.temporal.client.schedule.getHandle('reconciliation').delete();
  }
});

test('the web process with the worker’s keys starts generations and shows their progress', async () => {
  const config = loadWebConfig({
    ...{ ...variables, HOLDFAST_MIGRATION_DATABASE_URL: '' },
    DATABASE_URL: stack.database.webUrl,
    ...{ HOLDFAST_JWT_ISSUER: ISSUER, HOLDFAST_JWT_AUDIENCE: AUDIENCE },
    ...{ HOLDFAST_JWT_SECRET: SECRET, HOLDFAST_WEB_PORT: '0' },
  });
  const web = await startWeb(config, pino({ level: 'silent' }));
  try {
    const path = `${web.url}/v1/accounts/${ACCOUNT}/generations`;
    const authorization = `Bearer ${await tokenOf(ACCOUNT)}`;
    const workflowId = `generation/${ACCOUNT}/by-http`;
    stack.provider.hold(workflowId);
    const started = await fetch(path, {
      method: 'POST',
      headers: { authorization, 'content-type': 'application/json', 'idempotency-key': 'by-http' },
      body: JSON.stringify({ kind: 'text-to-image', input: { prompt: 'a castle' } }),
    });
    expect(started.status).toBeLessThan(300);
    await eventually(async () => {
      const shown = await fetch(`${path}/by-http`, { headers: { authorization } });
      return ((await shown.json()) as { progress?: number }).progress === 0.5;
    });
    stack.provider.letGo(workflowId);
    expect(await stack.client.generations.result(ACCOUNT, 'by-http')).toMatchObject({
      status: 'committed',
    });
  } finally {
    await web.stop();
  }
});
