import { readFileSync } from 'node:fs';
import path from 'node:path';
import Ajv from 'ajv/dist/2020';
import addFormats from 'ajv-formats';
import { parse } from 'yaml';
import { CLI_VARIABLES } from '../../cli/cli-config';
import { loadWebConfig, WEB_VARIABLES } from '../../web/web-config';
import { loadWorkerConfig, WORKER_VARIABLES } from '../../worker/worker-config';
import schema from './compose-spec.schema.json';

interface Service {
  image?: string;
  build?: string;
  restart?: string;
  depends_on?: Record<string, { condition: string }>;
  environment?: Record<string, string>;
  healthcheck?: unknown;
  logging?: { options: Record<string, string> };
  mem_limit?: string;
  volumes?: string[];
  networks?: string[];
  ports?: string[];
}

const ROOT = path.join(__dirname, '..', '..');
const read = (file: string): string => readFileSync(path.join(ROOT, file), 'utf8');
interface Compose {
  include?: string[];
  services: Record<string, Service>;
  volumes: Record<string, unknown>;
  networks: Record<string, { internal?: boolean }>;
}

const parsed = (file: string) => parse(read(file), { merge: true }) as Compose;
const FILES = ['docker-compose.yml', ...(parsed('docker-compose.yml').include ?? [])];

/** All that the files declare together. */
function merged<Part extends 'services' | 'volumes' | 'networks'>(part: Part): Compose[Part] {
  return Object.assign({}, ...FILES.map((file) => parsed(file)[part]));
}

const compose = {
  services: merged('services'),
  volumes: merged('volumes'),
  networks: merged('networks'),
};

function service(name: string): Service {
  const found = compose.services[name];
  if (!found) throw new Error(`There is no service ${name}.`);
  return found;
}

function interpolated(value: string): string {
  return value
    .replaceAll(/\$\{(\w+):-([^}]*)\}/g, (_, _name, fallback) => fallback)
    .replaceAll(/\$\{\w+:\?[^}]*\}/g, 'secret');
}

function environment(name: string): Record<string, string> {
  const entries = Object.entries(service(name).environment ?? {});
  return Object.fromEntries(entries.map(([key, value]) => [key, interpolated(value)]));
}

const needs = (name: string) => service(name).depends_on ?? {};

describe('the image', () => {
  const stage = read('Dockerfile').split('\nFROM ').at(-1) ?? '';

  it('ends at a signal in its first second, and shows that it isn’t root', () => {
    expect(read('scripts/image/gather.sh')).toMatch(/cp \/usr\/bin\/tini/);
    expect(stage).toMatch(/^ENTRYPOINT \["tini", "--", "holdfast"\]$/m);
    expect(stage).toMatch(/^USER [1-9]\d*:[1-9]\d*$/m);
  });

  it('is built of every folder of sources, and never of a file with secrets', () => {
    const ignored = read('.dockerignore').split('\n');
    const [, list = ''] =
      /SOURCE_FOLDERS = \[(.*?)\]/s.exec(read('scripts/before-install/checkout.js')) ?? [];
    const folders = [...list.matchAll(/'(\w+)'/g)].map(([, folder]) => folder);
    expect(folders.length).toBeGreaterThan(15);
    const left = folders.filter((folder) => !ignored.includes(`!${folder}`));
    expect(left).toEqual(['bench']);
    expect(ignored.slice(-3)).toEqual(['**/.env', '**/.env.*', '']);
    expect(read('.gitignore').split('\n')).toEqual(
      expect.arrayContaining(['.env', '.env.*', '!.env.example']),
    );
  });
});

describe('docker-compose.yml', () => {
  it('keeps a bounded log of every service', () => {
    const unbounded = Object.entries(compose.services).filter(
      ([, { logging }]) => logging?.options['max-size'] === undefined,
    );
    expect(unbounded.map(([name]) => name)).toEqual([]);
  });

  it('bounds the memory of every service', () => {
    const unbounded = Object.entries(compose.services).filter(
      ([, { mem_limit }]) => mem_limit === undefined,
    );
    expect(unbounded.map(([name]) => name)).toEqual([]);
  });

  it('follows the Compose Specification', () => {
    const ajv = new Ajv({ strict: false, allErrors: true });
    addFormats(ajv);
    ajv.addFormat('duration', true);
    const validate = ajv.compile(schema);
    for (const file of FILES) {
      validate(parsed(file));
      expect({ file, errors: validate.errors ?? [] }).toEqual({ file, errors: [] });
    }
  });

  it('starts everything in the one order that works', () => {
    expect(needs('temporal-schema')).toMatchObject({ postgres: { condition: 'service_healthy' } });
    expect(needs('temporal')).toMatchObject({
      'temporal-schema': { condition: 'service_completed_successfully' },
    });
    expect(needs('migrate')).toMatchObject({
      postgres: { condition: 'service_healthy' },
      temporal: { condition: 'service_started' },
    });
    for (const name of ['worker', 'web']) {
      expect(needs(name)).toMatchObject({
        migrate: { condition: 'service_completed_successfully' },
      });
    }
  });

  it('waits only for the health of services that have a health check', () => {
    for (const { depends_on = {} } of Object.values(compose.services)) {
      for (const [name, { condition }] of Object.entries(depends_on)) {
        if (condition === 'service_healthy') expect(service(name)).toHaveProperty('healthcheck');
      }
    }
  });

  it('restarts what runs on, and repeats a one-shot only when it failed', () => {
    for (const name of ['postgres', 'temporal', 'temporal-ui', 'worker', 'web']) {
      expect([name, service(name).restart]).toEqual([name, 'unless-stopped']);
    }
    for (const name of ['temporal-schema', 'migrate']) {
      expect([name, service(name).restart]).toEqual([name, 'on-failure:5']);
    }
  });

  it('gives the worker an environment that its configuration accepts', () => {
    const config = loadWorkerConfig(environment('worker'));
    expect(config).toMatchObject({ role: 'all', healthPort: 8234 });
    expect(config.temporal.connectionOptions.address).toBe('temporal:7233');
  });

  it('gives the web process an environment that its configuration accepts, once it has a secret for tokens', () => {
    const secret = 'a secret of more than thirty-two bytes';
    expect(() => loadWebConfig(environment('web'))).toThrow('HOLDFAST_JWT_SECRET');
    const config = loadWebConfig({ ...environment('web'), HOLDFAST_JWT_SECRET: secret });
    expect(config).toMatchObject({
      host: '0.0.0.0',
      port: 8080,
      auth: { audience: 'holdfast', secret },
      corsOrigins: [],
    });
  });

  it.each([
    ['worker', WORKER_VARIABLES],
    ['web', WEB_VARIABLES],
    ['migrate', CLI_VARIABLES],
    ['operator', CLI_VARIABLES],
  ])('sets no variable for %s that it doesn’t read', (name, read) => {
    const known = [...read, 'TEMPORAL_ADDRESS', 'TEMPORAL_NAMESPACE'];
    expect(Object.keys(environment(name)).filter((variable) => !known.includes(variable))).toEqual(
      [],
    );
  });

  it('gives each service the login of its role, and keeps the migrating credentials to itself', () => {
    const { HOLDFAST_MIGRATION_DATABASE_URL: migrating, ...made } = environment('migrate');
    expect(new URL(migrating ?? '').username).toBe('holdfast_owner');
    const logins = ['web', 'worker', 'operator'].map((role) => {
      const url = made[`HOLDFAST_${role.toUpperCase()}_DATABASE_URL`];
      expect(environment(role).DATABASE_URL).toBe(url);
      expect(JSON.stringify(service(role))).not.toMatch(/holdfast_owner|MIGRATION|LEDGER_OWNER/);
      return new URL(url ?? '').username;
    });
    expect(new Set(logins).size).toBe(3);
    // The role that all databases of a cluster shared in v0.1.0, whose members would get its rights.
    expect(logins).not.toContain('holdfast_worker');
  });

  const sharing = (name: string) =>
    Object.keys(compose.services).filter(
      (other) =>
        other !== name &&
        service(other).networks?.some((network) => service(name).networks?.includes(network)),
    );

  it('lets web’s users reach web alone', () => {
    const { networks = [] } = service('web');
    const open = networks.filter((network) => !compose.networks[network]?.internal);
    expect(open).toEqual(['public']);
    const there = Object.entries(compose.services).filter(([, one]) =>
      one.networks?.includes('public'),
    );
    expect(there.map(([name]) => name)).toEqual(['web']);
  });

  it('lets web reach Postgres and Temporal’s frontend, and neither Temporal’s UI nor the internet of the worker', () => {
    const reached = sharing('web');
    expect(reached).toEqual(expect.arrayContaining(['postgres', 'temporal']));
    expect(reached).not.toContain('temporal-ui');
    expect(service('web').networks).not.toContain('outside');
  });

  it('names a network for every service, and uses every network that it declares', () => {
    const used = Object.values(compose.services).flatMap(({ networks = [] }) => networks);
    expect(Object.values(compose.services).filter(({ networks }) => !networks)).toEqual([]);
    expect([...new Set(used)].sort()).toEqual(Object.keys(compose.networks).sort());
    for (const { ports = [], networks = [] } of Object.values(compose.services)) {
      for (const port of ports) expect(port).toMatch(/^127\.0\.0\.1:/);
      // A port of a service that has internal networks alone is reached from nowhere.
      if (ports.length > 0)
        expect(networks.some((network) => !compose.networks[network]?.internal)).toBe(true);
    }
  });

  it('has no password in it, and names every one that has to be set in .env.example', () => {
    const text = FILES.map(read).join('\n');
    const required = new Set([...text.matchAll(/\$\{(\w+):\?/g)].map(([, name]) => name));
    const offered = new Set(
      [...read('.env.example').matchAll(/^(\w+)=$/gm)].map(([, name]) => name),
    );
    expect(offered).toEqual(required);
    expect(text).not.toMatch(/(PASSWORD|PWD)\w*: (?!\$\{)/);
  });

  it('keeps data in named volumes that it declares', () => {
    const used = Object.values(compose.services).flatMap(({ volumes = [] }) =>
      volumes.map((v) => v.split(':')[0]).filter((name) => !name?.startsWith('.')),
    );
    expect([...new Set(used)].sort()).toEqual(Object.keys(compose.volumes).sort());
  });
});
