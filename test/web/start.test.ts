import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import pino from 'pino';
import { startWeb } from '../../web/start';
import { loadWebConfig } from '../../web/web-config';
import { variablesOf } from '../cli/command-line';
import { builtFile } from '../setup/built-file';
import { type Holdfast, openHoldfast, uniqueId } from '../workflows/harness';
import { AUDIENCE, ISSUER, SECRET, serviceToken, tokenOf } from './harness';

let stack: Holdfast;
beforeAll(async () => {
  stack = await openHoldfast();
});
afterAll(() => stack.close());

const variables = (): Record<string, string> => ({
  ...variablesOf(stack),
  DATABASE_URL: stack.database.webUrl,
  HOLDFAST_MIGRATION_DATABASE_URL: '',
  HOLDFAST_WEB_PORT: '0',
  HOLDFAST_JWT_ISSUER: ISSUER,
  HOLDFAST_JWT_AUDIENCE: AUDIENCE,
  HOLDFAST_JWT_SECRET: SECRET,
});

function run(env: Record<string, string>) {
  const { PATH = '' } = process.env;
  const child = spawn(process.execPath, [builtFile('web/main.js')], {
    cwd: tmpdir(),
    env: { PATH, ...env },
  });
  let stderr = '';
  const heard = (pattern: RegExp) =>
    new Promise<string>((resolve, reject) => {
      const look = () => {
        const [, found] = pattern.exec(stderr) ?? [];
        if (found !== undefined) resolve(found);
      };
      child.stderr.on('data', look);
      child.once('close', () => reject(new Error(`It ended: ${stderr}`)));
      look();
    });
  child.stderr.on('data', (chunk) => {
    stderr += chunk;
  });
  return { child, heard, ended: once(child, 'close'), said: () => stderr };
}

test('the process serves until it is asked to stop, and ends its streams then', async () => {
  const { child, heard, ended, said } = run(variables());
  const url = await heard(/"url":"(http:[^"]+)"/);
  const account = uniqueId('acme');
  await stack.fund(account, 7);
  const headers = { authorization: `Bearer ${await tokenOf(account)}` };
  expect(await (await fetch(`${url}/health/ready`)).json()).toEqual({
    ready: true,
    ledger: 'ok',
    temporal: 'ok',
  });
  expect((await fetch(`${url}/holdfast-credits.js`)).status).toBe(200);
  expect((await fetch(`${url}/credits`)).status).toBe(401);
  const stream = await fetch(`${url}/v1/accounts/me/events`, { headers });
  const text = stream.text();
  child.kill('SIGTERM');
  expect(await text).toContain('"available":7');
  expect(await ended).toEqual([0, null]);
  expect(said()).not.toContain(SECRET);
});

test('with an operator’s login the process does what is done by hand, and wakes who waits', async () => {
  const account = uniqueId('acme');
  await stack.fund(account, 2);
  const { catalogVersion } = await stack.ledger.effectiveCatalog();
  const quoted = { credits: 2, catalogVersion };
  await stack.ledger.reserve(account, 'lost', { kind: 'text-to-image' }, quoted, 600_000);
  const worker = await stack.startWorker();
  const { generations } = stack.client;
  const asked = { accountId: account, requestId: 'order-1', kind: 'text-to-image' };
  await generations.start({ ...asked, onInsufficientCredits: 'wait' });
  const operator = { HOLDFAST_WEB_OPERATOR_DATABASE_URL: stack.database.operatorUrl };
  const config = loadWebConfig({ ...variables(), ...operator });
  const web = await startWeb(config, pino({ level: 'silent' }));
  try {
    const token = await serviceToken('interventions:write');
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    const path = `/v1/accounts/${account}/generations/lost/release`;
    const body = JSON.stringify({ reason: 'Ticket 4711' });
    const released = await fetch(`${web.url}${path}`, { method: 'POST', headers, body });
    expect(released.status).toBe(200);
    const result = await generations.result(account, 'order-1');
    expect(result).toMatchObject({ status: 'committed' });
  } finally {
    await web.stop();
    await worker.stop();
  }
});

test.each<[string, () => Record<string, string>, RegExp]>([
  [
    'without anything to check tokens with',
    () => ({ ...variables(), HOLDFAST_JWT_SECRET: '' }),
    /exactly one of the two/,
  ],
  [
    'without a ledger',
    () => ({ ...variables(), DATABASE_URL: 'postgres://app:hush@127.0.0.1:1/none' }),
    /Postgres can't be reached/,
  ],
  [
    'without Temporal',
    () => ({ ...variables(), TEMPORAL_ADDRESS: '127.0.0.1:1' }),
    /Temporal can't be reached at 127\.0\.0\.1:1/,
  ],
])('the process doesn’t start %s, and says why', async (_, env, why) => {
  const { ended, said } = run(env());
  expect(await ended).toEqual([1, null]);
  expect(said()).toMatch(why);
  expect(said()).not.toContain('hush');
});

test('the process doesn’t serve a ledger that belongs to another Temporal', async () => {
  await stack.ledger.temporalIdentity({ clusterId: '', namespaceId: '', namespace: 'default' });
  await stack.sql("UPDATE holdfast.temporal_identity SET namespace_id = 'another'");
  const config = loadWebConfig(variables());
  await expect(startWeb(config, pino({ level: 'silent' }))).rejects.toMatchObject({
    code: 'TEMPORAL_IDENTITY_MISMATCH',
  });
});
