import { randomBytes } from 'node:crypto';
import { chmodSync, chownSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { docker } from '../compose/installation';
import { LoginDatabase } from '../ledger/database/login-database';
import { eventually } from '../support/eventually';
import { freePort } from '../support/free-port';
import { isThere } from '../support/process/is-there';
import { testServers } from '../support/test-servers';
import { type Container, type Pod, render, runners } from './helm';
import { LEAST } from './values';

/** Of this checkout, in the engine of this machine. */
const IMAGE = process.env.HOLDFAST_TEST_IMAGE;

const isRunnable =
  isThere('helm', 'version') && IMAGE !== undefined && isThere('docker', 'inspect', IMAGE);
const describeWithImage = isRunnable ? describe : describe.skip;

/** Which variables have the ports of a process. Containers share those of this machine. */
const PORTS: Record<string, [probed: string, metrics: string]> = {
  web: ['HOLDFAST_WEB_PORT', 'HOLDFAST_WEB_METRICS_PORT'],
  worker: ['HOLDFAST_HEALTH_PORT', 'HOLDFAST_METRICS_PORT'],
};

describeWithImage('in an engine the chart’s containers', () => {
  let database: LoginDatabase;
  let folder: string;
  const started: string[] = [];
  beforeAll(async () => {
    database = await LoginDatabase.create();
    folder = mkdtempSync(join(tmpdir(), 'holdfast-helm-'));
  });
  afterAll(async () => {
    for (const id of started) docker('rm', '--force', id);
    rmSync(folder, { recursive: true });
    await database.dropLogins();
    await database.drop();
  });

  /** As the kubelet starts it: its user, its read-only root, its secrets as files of a group. */
  function argumentsOf(
    { pod, container }: { pod: Pod; container: Container },
    more: string[] = [],
  ): string[] {
    const { env, command, args = [], resources } = container;
    const [entry, ...words] = command ?? [];
    return [
      ...['--network', 'host', '--read-only', '--tmpfs', '/tmp', '--user', '1000:1000'],
      ...['--cap-drop', 'ALL', '--security-opt', 'no-new-privileges'],
      ...['--memory', resources.limits.memory.replace('i', '').toLowerCase()],
      ...['--volume', `${mountOf(pod)}:/run/secrets/holdfast:ro`],
      ...env.flatMap(({ name, value }) => ['--env', `${name}=${value}`]),
      ...more,
      ...(entry === undefined ? [] : ['--entrypoint', entry]),
      ...[String(IMAGE), ...words, ...args],
    ];
  }

  let contents: Record<string, string> = {};

  function mountOf(pod: Pod): string {
    const mount = mkdtempSync(join(folder, 'mount-'));
    const [volume] = pod.volumes.filter(({ name }) => name === 'secrets');
    for (const { secret } of volume?.projected?.sources ?? []) {
      for (const { path } of secret.items) {
        const file = join(mount, path);
        writeFileSync(file, `${contents[path]}\n`);
        chownSync(file, 0, 1000);
        chmodSync(file, 0o440);
      }
    }
    chmodSync(mount, 0o755);
    return mount;
  }

  /** Starts what runs on, at ports of its own, and waits until it is ready. */
  async function start(runner: { pod: Pod; container: Container }) {
    const { pod, container } = runner;
    const names = PORTS[container.name] ?? [];
    const ports = await Promise.all(names.map(freePort));
    const more = names.flatMap((name, index) => ['--env', `${name}=${ports[index]}`]);
    const id = docker('run', '--detach', ...argumentsOf(runner, more));
    started.push(id);
    const ask = ({ httpGet }: { httpGet: { path: string } }) =>
      fetch(`http://127.0.0.1:${ports[0]}${httpGet.path}`).catch(() => undefined);
    const { readinessProbe, livenessProbe } = container;
    if (readinessProbe && livenessProbe) {
      await eventually(async () => (await ask(readinessProbe))?.ok === true);
      expect((await ask(livenessProbe))?.status).toBe(200);
    }
    return {
      id,
      end: () => docker('stop', '--time', String(pod.terminationGracePeriodSeconds), id),
    };
  }

  test('migrate, set up, serve, generate, and end in their time', async () => {
    const [web, worker, operator] = ['web', 'worker', 'operator'].map(() =>
      database.urlOf(database.newLogin()),
    );
    contents = {
      ...{ ownerUrl: database.ownerUrl, webUrl: String(web), workerUrl: String(worker) },
      ...{ operatorUrl: String(operator), jwtSecret: 'a secret of more than thirty-two bytes' },
    };
    const { address } = testServers().temporal;
    const namespace = `chart-${randomBytes(6).toString('hex')}`;
    const [name = '', tag = 'latest'] = String(IMAGE).split(':');
    const found = runners(
      render({
        ...LEAST,
        image: { repository: name, tag },
        temporal: { address, namespace, createNamespaceDays: 1 },
        worker: { settings: { HOLDFAST_GENERATION: 'stub' } },
        toolbox: { enabled: true },
        audit: { enabled: true },
      }),
    );
    const named = (end: string) => {
      const one = found.find(({ object }) => object.metadata.name === `credits-${end}`);
      if (!one) throw new Error(`There is no ${end}.`);
      return one;
    };
    const runOnce = (end: string) => docker('run', '--rm', ...argumentsOf(named(end)));

    runOnce('migrate');
    expect(runOnce('setup')).toContain('reconciliation is scheduled');
    const toolbox = await start(named('toolbox'));
    const holdfast = (...words: string[]) => docker('exec', toolbox.id, 'holdfast', ...words);
    const services = [];
    for (const end of ['web', 'workflows', 'generation']) services.push(await start(named(end)));
    const why = ['--source', 'promotion', '--reason', 'a start', '--by', 'sam'];
    holdfast('grant', 'acme', '100', ...why, '--expires-at', '2100-01-01T00:00:00Z');
    const generated = holdfast('generate', 'acme', 'text-to-image', '--input', '{}', '--json');
    expect(JSON.parse(generated)).toMatchObject({ status: 'committed', charged: 2 });
    for (const { id, end } of services) {
      end();
      expect(docker('inspect', '--format', '{{.State.ExitCode}}', id)).toBe('0');
    }
    expect(runOnce('audit')).toContain('The audit passed');
  });
});
