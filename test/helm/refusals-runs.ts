import { isThere } from '../support/process/is-there';
import { refusal } from './helm';
import { LEAST, type Values } from './values';

const describeWithHelm = isThere('helm', 'version') ? describe : describe.skip;

describeWithHelm('the chart', () => {
  const change = (path: string, value: unknown, base = LEAST): Values => {
    const [first = '', ...rest] = path.split('.');
    const inner = (base[first] ?? {}) as Values;
    return { ...base, [first]: rest.length === 0 ? value : change(rest.join('.'), value, inner) };
  };

  test.each([
    ['an unknown value', change('replicas', 2), 'replicas'],
    ['a misspelt one below', change('web.replica', 2), 'replica'],
    [
      'a variable that the process doesn’t read',
      change('web.settings.HOLDFAST_ROLE', 'all'),
      'HOLDFAST_ROLE',
    ],
    [
      'a variable that is a secret',
      change('web.settings.HOLDFAST_JWT_SECRET', 'x'),
      'HOLDFAST_JWT_SECRET',
    ],
    [
      'a variable that the chart sets',
      change('worker.settings.HOLDFAST_HEALTH_PORT', 1),
      'HOLDFAST_HEALTH_PORT',
    ],
    [
      'a setting that is no text',
      change('worker.settings.HOLDFAST_WAITING_MAX', [1]),
      'HOLDFAST_WAITING_MAX',
    ],
    ['half a process', change('web.replicas', 1.5), 'replicas'],
    ['an address without a port', change('temporal.address', 'temporal'), 'address'],
    ['no address', change('temporal.address', ''), 'temporal.address: is required'],
    [
      'no login of web',
      change('secrets.webUrl', {}),
      'secrets.webUrl: a secret or a file is required',
    ],
    [
      'a secret by two ways',
      change('secrets.webUrl', { secret: 'a', file: '/b' }),
      'only one of secret and file',
    ],
    ['no key of tokens', change('secrets.jwtSecret', {}), 'exactly one of secrets.jwtSecret'],
    [
      'two keys of tokens',
      change('web.settings.HOLDFAST_JWKS_URL', 'https://i.example'),
      'exactly one of secrets.jwtSecret',
    ],
    ['no issuer', change('web.settings', {}), 'HOLDFAST_JWT_ISSUER: is required'],
    [
      'web’s secret for proofs',
      change('secrets.proofSecret', { secret: 'holdfast', key: 'jwt-secret' }),
      'which the web process knows',
    ],
    [
      'a certificate without its key',
      change('secrets.temporalCertificate', { secret: 'a' }),
      'belong together',
    ],
    [
      'an ingress without TLS',
      change('web.ingress', { enabled: true, host: 'a.example' }),
      'host and tlsSecret are required',
    ],
    [
      'builds without a deployment',
      change('worker.builds', [{ id: 'a', tag: 'b' }]),
      'belong together',
    ],
    ['a deployment without builds', change('worker.deployment', 'holdfast'), 'belong together'],
    [
      'a build twice',
      change('worker', {
        deployment: 'h',
        builds: [
          { id: 'a', tag: 'b' },
          { id: 'a', tag: 'c' },
        ],
      }),
      'twice',
    ],
    [
      'a build that is taken away and there',
      change('worker', { deployment: 'h', builds: [{ id: 'a', tag: 'b' }], drained: ['a'] }),
      'is among the builds',
    ],
    [
      'fewer at most than at least',
      change('web.autoscaling', { maxReplicas: 1 }),
      'minReplicas is more',
    ],
    [
      'KEDA by TLS without a key',
      change('worker.workflows.autoscaling.by', 'backlog', change('temporal.tls', true)),
      'KEDA speaks TLS',
    ],
  ])('refuses %s', (_, values, message) => {
    expect(refusal(values)).toContain(message);
  });

  test('says all that is missing at once', () => {
    const told = refusal({});
    for (const name of ['temporal.address', 'secrets.ownerUrl', 'web.settings.HOLDFAST_JWT_ISSUER'])
      expect(told).toContain(`  ${name}: `);
  });
});
