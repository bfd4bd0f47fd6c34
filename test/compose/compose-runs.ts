import { eventually } from '../support/eventually';
import { isThere } from '../support/process/is-there';
import { docker, GRAFANA_PORT, hasImageOf, IMAGE, Installation, PORT } from './installation';

const ACCOUNT = 'acme';
const IMAGE_BYTES_MAX = 250e6;

const hasEngine = isThere('docker', 'compose', 'ls');
const describeWithEngine = hasEngine ? describe : describe.skip;
/** Skipped where an image of the profile `monitoring` can't be had. */
const testWith = (service: string) => (hasEngine && hasImageOf(service) ? test : test.skip);

describeWithEngine('docker-compose.yml', () => {
  let installation: Installation;
  beforeAll(() => {
    installation = new Installation();
  });
  afterAll(() => installation.remove());

  /** Starts a generation over HTTP, and answers once it is admitted. */
  async function generate(requestId: string, input: object = {}): Promise<void> {
    const body = { kind: 'text-to-image', input };
    const ask = () =>
      installation.ask(ACCOUNT, 'generations', { key: requestId, body }).catch(() => null);
    await eventually(async () => {
      const { status, body: told } = (await ask()) ?? { status: 503, body: {} };
      if (status >= 400 && status < 500) throw new Error(`Refused: ${JSON.stringify(told)}`);
      return status < 300;
    });
  }

  async function isCommitted(requestId: string): Promise<boolean> {
    const answer = await installation.ask(ACCOUNT, `generations/${requestId}`).catch(() => null);
    return answer?.body.status === 'committed';
  }

  test('builds an image that is small, of this platform alone, and not root’s', () => {
    const beganMs = Date.now();
    installation.compose('build', 'worker');
    const seconds = Math.round((Date.now() - beganMs) / 1_000);
    const bytes = Number(docker('image', 'inspect', '--format', '{{.Size}}', IMAGE));
    console.log(`The image has ${Math.round(bytes / 1e6)} MB and was built in ${seconds} s.`);
    expect(bytes).toBeLessThan(IMAGE_BYTES_MAX);
    const inIt = (script: string) =>
      docker('run', '--rm', '--entrypoint', 'sh', IMAGE, '-c', script);
    expect(inIt('id -u')).toBe('1000');
    expect(inIt('ls node_modules/@temporalio/core-bridge/releases').split('\n')).toHaveLength(1);
    expect(docker('run', '--rm', IMAGE, '--version')).toMatch(/^holdfast \d/);
    const quoted = docker('run', '--rm', IMAGE, 'quote', 'ai-avatar', '--seconds', '10', '--json');
    expect(JSON.parse(quoted)).toMatchObject({ credits: 4, catalogVersion: 'built-in' });
    expect(docker('image', 'inspect', '--format', '{{json .Config.Labels}}', IMAGE)).toContain(
      '"org.opencontainers.image.version":"compose-test"',
    );
  });

  test('ends at a signal in its first second', () => {
    const container = docker('run', '--detach', '--entrypoint', 'tini', IMAGE, '--', 'sleep', '60');
    docker('kill', '--signal', 'TERM', container);
    expect(docker('wait', container)).toBe('143');
    docker('rm', container);
  });

  test('starts, generates by command line and over HTTP, and is well', async () => {
    console.log(`The first start takes ${installation.up()} s.`);
    const words = ['--reason', 'a start', '--by', 'sam', '--expires-at', '2100-01-01T00:00:00Z'];
    installation.holdfast('grant', ACCOUNT, '100', '--source', 'promotion', ...words);
    expect(
      installation.holdfast('generate', ACCOUNT, 'text-to-image', '--input', '{}'),
    ).toMatchObject({ status: 'committed' });
    await generate('by-http');
    await eventually(() => isCommitted('by-http'));
  });

  test.each(['worker', 'web', 'temporal', 'postgres'])(
    'finishes a generation in whose middle %s was killed',
    async (service) => {
      const requestId = `killed-${service}`;
      await generate(requestId, { simulate: 'slow' });
      installation.kill(service);
      console.log(`${service} is back in ${installation.up()} s.`);
      await eventually(() => isCommitted(requestId));
    },
  );

  test('serves by several web processes, of which one may be killed and comes back by itself', async () => {
    installation.set('HOLDFAST_WEB_REPLICAS', '2');
    installation.set('HOLDFAST_WEB_PORT', `${PORT}-${PORT + 1}`);
    console.log(`Two web processes start in ${installation.up()} s.`);
    const statusAt = async (port: number) =>
      (await installation.ask(ACCOUNT, 'balance', { port })).status;
    const [killed, other] = installation.containersOf('web');
    if (!killed || !other) throw new Error('There are not two containers of web.');
    expect([killed.port, other.port].sort()).toEqual([PORT, PORT + 1]);
    for (const { port } of [killed, other]) expect(await statusAt(port)).toBe(200);
    docker('exec', killed.id, 'sh', '-c', 'kill -9 -1');
    for (let request = 0; request < 20; request += 1) expect(await statusAt(other.port)).toBe(200);
    await eventually(() =>
      statusAt(killed.port).then(
        (status) => status === 200,
        () => false,
      ),
    );
    expect(docker('inspect', '--format', '{{.RestartCount}}', killed.id)).toBe('1');
  });

  testWith('prometheus')('is scraped by Prometheus, each process and every rule', async () => {
    installation.up('prometheus');
    const services = ['worker', 'web', 'web'];
    await eventually(async () => {
      const { activeTargets } = installation.askPrometheus('targets?state=active');
      return activeTargets.filter(isHealthy).length === services.length;
    });
    await eventually(async () => {
      const { groups } = installation.askPrometheus('rules?type=alert');
      const rules = groups.flatMap((group: { rules: object[] }) => group.rules);
      return rules.length > 20 && rules.every(({ health }: { health: string }) => health === 'ok');
    });
    const counted = 'sum(holdfast_generations_total{outcome="committed"})';
    await eventually(async () => {
      const { result } = installation.askPrometheus(`query?query=${encodeURIComponent(counted)}`);
      return Number(result[0]?.value[1]) > 0;
    });
  });

  testWith('grafana')('shows the dashboards in Grafana', async () => {
    installation.up('grafana');
    const headers = { authorization: `Basic ${btoa('admin:grafana1')}` };
    const url = `http://127.0.0.1:${GRAFANA_PORT}/api/search?query=Holdfast`;
    await eventually(async () => {
      const answer = await fetch(url, { headers }).catch(() => null);
      return answer?.ok === true && ((await answer.json()) as object[]).length === 2;
    });
  });

  test('keeps everything when it is taken down, and gets new passwords by a change and `up`', async () => {
    const before = await installation.ask(ACCOUNT, 'balance');
    installation.down('--timeout', '15');
    for (const name of [
      'LEDGER_WEB_PASSWORD',
      'LEDGER_WORKER_PASSWORD',
      'LEDGER_OPERATOR_PASSWORD',
    ])
      installation.set(name, 'changed2');
    console.log(`At new addresses, with new passwords, it starts in ${installation.up()} s.`);
    const after = await installation.ask(ACCOUNT, 'balance');
    expect(after.body.available).toBe(before.body.available);
    await generate('afterwards');
    await eventually(() => isCommitted('afterwards'));
    expect(installation.holdfast('audit')).toMatchObject({ balanced: true });
  });
});

function isHealthy({ health }: { health: string }): boolean {
  return health === 'up';
}
