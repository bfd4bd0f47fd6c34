import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CLI_VARIABLES, loadCliConfig } from '../../cli/cli-config';
import { fileOf } from '../../config/secret-files';
import { SECRETS } from '../../config/variables';
import { loadWebConfig, WEB_VARIABLES } from '../../web/web-config';
import { loadWorkerConfig, WORKER_VARIABLES } from '../../worker/worker-config';
import { isThere } from '../support/process/is-there';
import { type Container, type Pod, render, runners } from './helm';
import { EVERYTHING, LEAST, OTHERWISE, type Values } from './values';

const describeWithHelm = isThere('helm', 'version') ? describe : describe.skip;

const ALL: [string, Values][] = [
  ['the least that is required', LEAST],
  ['everything', EVERYTHING],
  ['other ways of the same', OTHERWISE],
];

const SECRET = 'a secret of more than thirty-two bytes';
/** What is in each file, by the end of its path. */
const CONTENTS: [RegExp, string][] = [
  [/Url$/, 'postgres://app:secret@postgres:5432/holdfast'],
  [/codecKeys$/, `k1:${Buffer.alloc(32, 1).toString('base64')}`],
  [/webhook$/, `whsec_${Buffer.alloc(32, 2).toString('base64')}`],
  [/stripeApiKey$/, 'sk_test_0123456789'],
  [/stripeSecrets$/, `whsec_${'2'.repeat(32)}`],
  [/proofSecret$/, 'another secret of more than thirty-two bytes'],
  [/temporalApiKey$/, 'key'],
  [/./, SECRET],
];

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-helm-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** A container's environment, with files of this machine for those that it would mount. */
function environmentOf({ env }: Container): Record<string, string> {
  const said = env.filter(({ value }) => value !== undefined);
  const entries = said.map(({ name, value = '' }) => {
    if (!/^\/(run|vault|mnt)\/secrets/.test(value)) return [name, value];
    const [, content = ''] = CONTENTS.find(([end]) => end.test(value)) ?? [];
    const file = join(folder, value.replaceAll('/', '-'));
    writeFileSync(file, content);
    return [name, file];
  });
  return { TEMPORAL_CONFIG_FILE: '/nonexistent/temporal.toml', ...Object.fromEntries(entries) };
}

const TEMPORALS = /^TEMPORAL_(ADDRESS|NAMESPACE|TLS|TLS_SERVER_NAME|TLS_\w+_PATH)$/;

/** By the container's name. */
const READS: Record<string, readonly string[]> = {
  web: WEB_VARIABLES,
  worker: WORKER_VARIABLES,
  migrate: CLI_VARIABLES,
  setup: CLI_VARIABLES,
  toolbox: CLI_VARIABLES,
  audit: CLI_VARIABLES,
};

/** The names of what a container's Pod mounts from Secrets, and where it reads each. */
function secretsOf(pod: Pod): string[] {
  const [volume] = pod.volumes.filter(({ name }) => name === 'secrets');
  return (volume?.projected?.sources ?? [])
    .flatMap(({ secret }) => secret.items)
    .map(({ path }) => path)
    .sort();
}

describeWithHelm('the chart', () => {
  const containers = (values: Values) =>
    runners(render(values)).map(
      ({ object, pod, container }) => [object.metadata.name, pod, container] as const,
    );
  const named = (values: Values, name: string) => {
    const found = containers(values).find(([one]) => one === name);
    if (!found) throw new Error(`There is no ${name}.`);
    return found;
  };

  test.each(ALL)('sets no variable that its process doesn’t read with %s', (_, values) => {
    const own = /^(OTEL_|PAYMENTS_KEY$)/;
    const unread = containers(values).flatMap(([object, , { name, env }]) => {
      const read = READS[name] ?? [];
      const files = SECRETS.filter((secret) => read.includes(secret)).map(fileOf);
      return env
        .map((variable) => variable.name)
        .filter((one) => ![...read, ...files].includes(one) && !TEMPORALS.test(one))
        .filter((one) => !own.test(one))
        .map((one) => `${object}: ${one}`);
    });
    expect(unread).toEqual([]);
  });

  test.each(ALL)('sets no variable twice, and no secret by its value, with %s', (_, values) => {
    for (const [, , { env }] of containers(values)) {
      const names = env.map(({ name }) => name);
      expect(names).toEqual([...new Set(names)]);
      expect(names.filter((name) => SECRETS.includes(name))).toEqual([]);
    }
  });

  test.each(ALL)('gives each process a configuration that it accepts with %s', (_, values) => {
    const loaded = containers(values).map(([, , container]) => {
      const environment = environmentOf(container);
      if (container.name === 'web') return loadWebConfig(environment);
      if (container.name === 'worker') return loadWorkerConfig(environment);
      return loadCliConfig(environment, '/');
    });
    expect(loaded.length).toBeGreaterThanOrEqual(4);
  });

  test('hands the settings on as they are', () => {
    const load = (name: string) => environmentOf(named(EVERYTHING, name)[2]);
    expect(loadWebConfig(load('credits-web'))).toMatchObject({
      ...{ host: '0.0.0.0', port: 8080, trustedProxies: ['10.0.0.0/8'], taskQueue: 'shop' },
      limits: { serviceRequestsPerMinute: 10_000_000, requestSeconds: 60 },
      temporal: { namespace: 'holdfast.a1b2c', apiKeyFile: expect.any(String) },
    });
    expect(loadCliConfig(load('credits-setup'), '/').reconcileIntervalSeconds).toBe(30);
    expect(loadCliConfig(load('credits-toolbox'), '/').proofSigner?.issuer).toBe('billing');
    const [workflows, generation] = ['workflows', 'generation'].map((role) => {
      const found = runners(render(EVERYTHING)).find(
        ({ object }) =>
          object.metadata.labels['holdfast.dev/build'] === '2026-11-29.1' &&
          object.metadata.labels['app.kubernetes.io/component'] === role,
      );
      if (!found) throw new Error(`There is no ${role}.`);
      return loadWorkerConfig(environmentOf(found.container));
    });
    expect(workflows).toMatchObject({
      ...{ role: 'workflows', deployment: { name: 'holdfast', buildId: '2026-11-29.1' } },
      grantLimits: { creditsMax: 2 ** 53 - 1, creditsPerDay: 2 ** 53 - 1 },
      webhook: { url: 'https://shop.example/notices' },
      commandProofs: { mode: 'required', issuer: 'billing' },
      ...{ shutdownGraceSeconds: 60, healthPort: 8234 },
    });
    expect(generation).toMatchObject({
      ...{ role: 'generation', databaseUrl: undefined, maxConcurrentGenerations: 5 },
      providersModule: 'own-providers/index.js',
    });
  });

  test('gives each process the secrets that it needs, and the owner’s login to `migrate` alone', () => {
    const temporal = ['codecKeys', 'temporalApiKey', 'temporalServerCa'];
    const expected: Record<string, string[]> = {
      web: ['webUrl', 'webOperatorUrl', 'jwtSecret', 'stripeSecrets', ...temporal],
      workflows: ['workerUrl', 'proofSecret', 'stripeApiKey', ...temporal],
      generation: temporal,
      setup: ['operatorUrl', ...temporal],
      operator: ['operatorUrl', 'proofSecret', ...temporal],
      migrate: ['ownerUrl', 'webUrl', 'workerUrl', 'operatorUrl', 'readerUrl'],
    };
    for (const { object, pod, container } of runners(render(EVERYTHING))) {
      const component = object.metadata.labels['app.kubernetes.io/component'] ?? '';
      const key = container.name === 'migrate' ? 'migrate' : component;
      expect([object.metadata.name, secretsOf(pod)]).toEqual([
        object.metadata.name,
        [...(expected[key] ?? [])].sort(),
      ]);
    }
  });

  test('mounts nothing where files are somebody else’s', () => {
    const [, pod, container] = named(OTHERWISE, 'credits-migrate');
    expect(secretsOf(pod)).toEqual([]);
    expect(container.volumeMounts.map(({ name }) => name)).toEqual(['tmp']);
  });

  test('lets workers of generations reach no database, and nobody but web from outside', () => {
    const policies = render(EVERYTHING).filter(({ kind }) => kind === 'NetworkPolicy');
    const ports = (rules: { ports?: { port: number }[] }[] = []) =>
      rules.flatMap((rule) => (rule.ports ?? []).map(({ port }) => port)).sort((a, b) => a - b);
    const by = Object.fromEntries(
      policies.map(({ metadata, spec }) => [
        metadata.name,
        { to: [...new Set(ports(spec.egress))], from: ports(spec.ingress) },
      ]),
    );
    expect(by).toEqual({
      'credits-web': { to: [53, 443, 4318, 5432, 6432, 7233, 8000], from: [8080, 9465] },
      'credits-workflows': { to: [53, 443, 4318, 5432, 6432, 7233, 8000], from: [9464] },
      'credits-generation': { to: [53, 443, 4318, 7233, 8000], from: [9464] },
      'credits-operator': { to: [53, 5432, 6432, 7233], from: [] },
      'credits-setup': { to: [53, 5432, 6432, 7233], from: [] },
    });
  });
});
