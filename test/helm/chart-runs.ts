import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { CHART, helm, isThere, type Rendered, refusal, render, run, runners } from './helm';
import { EVERYTHING, LEAST, OTHERWISE, type Values, WITHOUT_OPERATORS } from './values';

const describeWithHelm = isThere('helm', 'version') ? describe : describe.skip;
const testWithSchemas = isThere('kubernetes-validate', '--version') ? test : test.skip;

const ALL: [string, Values][] = [
  ['the least that is required', LEAST],
  ['everything', EVERYTHING],
  ['everything without operators', WITHOUT_OPERATORS],
  ['other ways of the same', OTHERWISE],
];

/** The versions of Kubernetes whose schemas the objects are held to: the oldest, and the newest. */
const VERSIONS = ['1.30', '1.37'];

describeWithHelm('the chart', () => {
  test.each(ALL)('is well-formed with %s', (_, values) => {
    const linted = helm(['lint', '--strict', CHART], values);
    expect(linted).toMatchObject({ status: 0, out: expect.stringContaining('0 chart(s) failed') });
  });

  testWithSchemas.each(ALL)('makes objects of Kubernetes’ own schemas with %s', (_, values) => {
    const folder = mkdtempSync(join(tmpdir(), 'holdfast-helm-'));
    const file = join(folder, 'objects.yaml');
    writeFileSync(
      file,
      render(values)
        .map((object) => stringify(object, { version: '1.1' }))
        .join('---\n'),
    );
    for (const version of VERSIONS) {
      const checked = run('kubernetes-validate', ['--strict', '-k', version, file]);
      expect(checked).toMatchObject({ status: 0, out: expect.not.stringContaining('ERROR') });
      // It warns of what it has no schema for.
      expect(checked.err + checked.out).not.toMatch(
        /schema for kind (?!ScaledObject|TriggerAuth|PodMon)/,
      );
    }
    rmSync(folder, { recursive: true });
  });

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

  const named = (objects: Rendered[], kind: string) =>
    objects
      .filter((object) => object.kind === kind)
      .map(({ metadata }) => metadata.name)
      .sort();

  test('runs each kind of process, and migrates and sets up before', () => {
    const objects = render(LEAST);
    expect(named(objects, 'Deployment')).toEqual([
      'credits-generation',
      'credits-web',
      'credits-workflows',
    ]);
    const jobs = objects.filter(({ kind }) => kind === 'Job');
    expect(
      jobs.map(({ metadata, spec }) => [
        metadata.annotations,
        spec.backoffLimit,
        spec.template.spec.containers[0].args,
      ]),
    ).toEqual([
      [
        expect.objectContaining({
          'helm.sh/hook': 'pre-install,pre-upgrade',
          'helm.sh/hook-weight': '0',
        }),
        5,
        ['migrate'],
      ],
      [expect.objectContaining({ 'helm.sh/hook-weight': '5' }), 5, ['setup', '--wait', '300']],
    ]);
    expect(named(objects, 'PodDisruptionBudget')).toEqual([
      'credits-generation',
      'credits-web',
      'credits-workflows',
    ]);
  });

  test.each(ALL)(
    'has no right, token, link or writable root in any container with %s',
    (_, values) => {
      const found = runners(render(values));
      expect(found.length).toBeGreaterThanOrEqual(4);
      for (const { pod, container } of found) {
        expect(pod).toMatchObject({
          automountServiceAccountToken: false,
          enableServiceLinks: false,
          securityContext: {
            runAsNonRoot: true,
            runAsUser: 1000,
            seccompProfile: { type: 'RuntimeDefault' },
          },
        });
        expect(container).toMatchObject({
          securityContext: {
            allowPrivilegeEscalation: false,
            readOnlyRootFilesystem: true,
            capabilities: { drop: ['ALL'] },
          },
          resources: { requests: expect.any(Object), limits: { memory: expect.any(String) } },
        });
        expect(pod.containers).toHaveLength(1);
      }
    },
  );

  test('looks at web alone to restart it, and at Postgres and Temporal to send it requests', () => {
    const web = runners(render(EVERYTHING)).find(
      ({ object }) => object.metadata.name === 'credits-web',
    );
    expect(web?.container).toMatchObject({
      startupProbe: { httpGet: { path: '/health/live', port: 'http' } },
      livenessProbe: { httpGet: { path: '/health/live', port: 'http' } },
      readinessProbe: { httpGet: { path: '/health/ready', port: 'http' } },
      lifecycle: { preStop: { sleep: { seconds: 10 } } },
    });
    // Out of rotation, the longest request, and some more.
    expect(web?.pod.terminationGracePeriodSeconds).toBe(10 + 60 + 15);
  });

  test('gives workers longer than they need to stop', () => {
    const workers = runners(render(EVERYTHING)).filter(
      ({ container }) => container.name === 'worker',
    );
    expect(workers.map(({ object }) => object.metadata.labels['holdfast.dev/build'])).toEqual([
      ...['2026-11-22.4', '2026-11-22.4', '2026-11-29.1', '2026-11-29.1'],
    ]);
    for (const { pod, container } of workers) {
      expect(pod.terminationGracePeriodSeconds).toBe(60 + 40);
      expect(container).toMatchObject({
        startupProbe: { httpGet: { path: '/healthz', port: 'health' } },
        livenessProbe: { httpGet: { path: '/healthz', port: 'health' } },
        readinessProbe: { httpGet: { path: '/readyz', port: 'health' } },
      });
    }
  });

  test('runs each build from its own image', () => {
    const images = runners(render(EVERYTHING))
      .filter(({ container }) => container.name === 'worker')
      .map(({ object, container }) => [
        object.metadata.labels['holdfast.dev/build'],
        container.image,
      ]);
    expect(new Set(images.map(String))).toEqual(
      new Set([
        '2026-11-22.4,registry.example/shop:1.9.0',
        '2026-11-29.1,registry.example/shop:2.0.0',
      ]),
    );
  });

  test('scales by CPU or by what waits, and then leaves the number of processes to that', () => {
    const objects = render(EVERYTHING);
    const target = ({ spec }: Rendered) => spec.scaleTargetRef.name;
    const scaled = objects.filter(({ kind }) => /Autoscaler|ScaledObject/.test(kind)).map(target);
    expect(scaled.sort()).toEqual(
      named(objects, 'Deployment').filter((name) => !name.endsWith('toolbox')),
    );
    for (const { kind, metadata, spec } of objects)
      if (kind === 'Deployment' && scaled.includes(metadata.name))
        expect(spec.replicas).toBeUndefined();
    const [scaler] = objects.filter(({ kind }) => kind === 'ScaledObject');
    // As https://keda.sh/docs/2.21/scalers/temporal/ has them.
    expect(scaler?.spec.triggers).toEqual([
      {
        type: 'temporal',
        metadata: {
          endpoint: 'eu-west-1.aws.api.temporal.io:7233',
          namespace: 'holdfast.a1b2c',
          taskQueue: 'shop-generation',
          queueTypes: 'activity',
          targetQueueSize: '10',
          tlsServerName: 'temporal.example',
          workerDeploymentName: 'holdfast',
          workerDeploymentBuildId: '2026-11-22.4',
        },
        authenticationRef: { name: 'credits-temporal' },
      },
    ]);
    const [authentication] = objects.filter(({ kind }) => kind === 'TriggerAuthentication');
    expect(authentication?.spec.secretTargetRef).toEqual([
      { parameter: 'apiKey', name: 'holdfast', key: 'temporal-api-key' },
      { parameter: 'ca', name: 'holdfast', key: 'ca.crt' },
    ]);
  });
});
