import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import { read } from '../docs/markdown';
import { isThere } from '../support/process/is-there';
import { CHART, helm, type Rendered, render, run, runners } from './helm';
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

function merged(values: Values, more: Values): Values {
  const isGroup = (value: unknown): value is Values =>
    typeof value === 'object' && value !== null && !Array.isArray(value);
  const entries = Object.entries(more).map(([name, value]) => {
    const before = values[name];
    return [name, isGroup(before) && isGroup(value) ? merged(before, value) : value];
  });
  return { ...values, ...Object.fromEntries(entries) };
}

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

  test('takes the values that docs/how-to/kubernetes.md shows, each upon those before', () => {
    const blocks = [...read('docs/how-to/kubernetes.md').matchAll(/^ *```yaml\n(.*?)^ *```/gms)];
    let values: Values = {};
    const builds = blocks.map(([, block = '']) => {
      values = merged(values, parse(block));
      const found = runners(render(values)).filter(({ container }) => container.name === 'worker');
      return found.map(({ object }) => object.metadata.labels['holdfast.dev/build']).join();
    });
    const [old, next] = ['2026-11-22.4', '2026-11-29.1'];
    expect(builds).toEqual([',', [old, old, next, next].join(), [next, next].join()]);
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
