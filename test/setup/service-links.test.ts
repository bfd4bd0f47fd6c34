import { loadCodecServerConfig } from '../../web/codec-server/codec-server-config';
import { loadWebConfig } from '../../web/web-config';
import { loadWorkerConfig } from '../../worker/worker-config';

const base = {
  DATABASE_URL: 'postgres://app:secret@127.0.0.1:5432/holdfast',
  HOLDFAST_JWT_ISSUER: 'shop',
  HOLDFAST_JWT_SECRET: 'a secret of more than thirty-two bytes',
  HOLDFAST_CODEC_KEYS: `k1:${Buffer.alloc(32, 1).toString('base64')}`,
  HOLDFAST_CODEC_SERVER_SECRET: 'a secret of more than thirty-two bytes',
  HOLDFAST_CODEC_SERVER_UI_ORIGINS: 'https://temporal.example',
  // Keeps a developer's own Temporal settings out of these tests.
  TEMPORAL_CONFIG_FILE: '/nonexistent/temporal.toml',
};

/** What the kubelet sets for a Service with one named port. */
function linksOf(service: string, host: string, port: number): Record<string, string> {
  const name = service.toUpperCase().replaceAll('-', '_');
  const url = `tcp://${host.includes(':') ? `[${host}]` : host}:${port}`;
  return {
    [`${name}_SERVICE_HOST`]: host,
    [`${name}_SERVICE_PORT`]: String(port),
    [`${name}_SERVICE_PORT_HTTP`]: String(port),
    [`${name}_PORT`]: url,
    [`${name}_PORT_${port}_TCP`]: url,
    [`${name}_PORT_${port}_TCP_PROTO`]: 'tcp',
    [`${name}_PORT_${port}_TCP_PORT`]: String(port),
    [`${name}_PORT_${port}_TCP_ADDR`]: host,
  };
}

const SERVICES = [
  'holdfast',
  'holdfast-web',
  'holdfast-worker',
  'holdfast-health',
  'holdfast-codec',
  'holdfast-codec-server',
];

const LOADERS = {
  worker: loadWorkerConfig,
  'web process': loadWebConfig,
  'codec server': loadCodecServerConfig,
};

describe.each(Object.entries(LOADERS))('the %s', (_, load) => {
  it.each(SERVICES)('starts beside a Kubernetes Service that is named %s', (service) => {
    for (const host of ['10.96.0.17', 'fd00:10:96::11'])
      expect(load({ ...base, ...linksOf(service, host, 8080) })).toEqual(load(base));
  });
});

test('a port of one’s own counts beside a Service whose name is the setting’s', () => {
  const links = linksOf('holdfast-web', '10.96.0.17', 80);
  expect(loadWebConfig({ ...base, ...links, HOLDFAST_WEB_PORT: '9000' })).toMatchObject({
    port: 9000,
  });
});

test.each([
  ['HOLDFAST_PORT', '8080'],
  ['HOLDFAST_SERVICE_PORT', '8080'],
  ['HOLDFAST_SERVICE_HOST', 'holdfast.example'],
  ['HOLDFAST_PORT_8080_TCP_ADDR', 'holdfast.example'],
  ['HOLDFAST_DATABASE_URL', 'tcp://10.96.0.17:5432'],
])(
  'a setting by a wrong name is refused although its name is like a Service’s: %s=%s',
  (name, value) => {
    expect(() => loadWorkerConfig({ ...base, [name]: value })).toThrow(
      `${name}: is not a variable`,
    );
  },
);

test('an address is no port that the worker could listen on', () => {
  expect(() => loadWorkerConfig({ ...base, HOLDFAST_HEALTH_PORT: '10.96.0.17:80' })).toThrow(
    'HOLDFAST_HEALTH_PORT: must be a whole number',
  );
});
