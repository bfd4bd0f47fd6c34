import { isThere } from '../support/process/is-there';
import { hasKind, isClusterThere, Namespace } from './cluster';
import { render, runners } from './helm';
import { EVERYTHING, LEAST, type Values, WITHOUT_OPERATORS } from './values';

const isRunnable = isThere('helm', 'version') && isClusterThere();
const describeWithCluster = isRunnable ? describe : describe.skip;
const testWithKeda = hasKind('scaledobjects.keda.sh') ? test : test.skip;
const testWithPodMonitors = hasKind('podmonitors.monitoring.coreos.com') ? test : test.skip;

const KINDS =
  'deployments,services,ingresses,horizontalpodautoscalers,poddisruptionbudgets,networkpolicies,serviceaccounts,cronjobs,jobs';

const withBuilds = (builds: object[], drained: string[] = []): Values => ({
  ...LEAST,
  worker: { deployment: 'holdfast', builds, drained },
});

const OLD = { id: '2026-11-22.4', tag: '1.9.0' };
const NEW = { id: '2026-11-29.1', tag: '2.0.0' };

describeWithCluster('in an API server the chart', () => {
  let namespace: Namespace;
  beforeEach(() => {
    namespace = new Namespace();
    namespace.open();
  });
  afterEach(() => namespace.close());

  const builds = () =>
    namespace
      .objects('deployments')
      .flatMap(({ metadata }) => metadata.labels['holdfast.dev/build'] ?? [])
      .sort();

  test('is taken by the server as it is', async () => {
    const ran = await namespace.helm(['install', '--dry-run=server'], WITHOUT_OPERATORS);
    expect(ran).toMatchObject({ status: 0, out: expect.stringContaining('kind: Ingress') });
    expect(namespace.names(KINDS)).toEqual([]);
  });

  test('migrates, sets up, starts everything, and leaves nothing behind', async () => {
    expect(await namespace.helm(['install'], WITHOUT_OPERATORS)).toMatchObject({ status: 0 });
    expect(namespace.jobs).toEqual(['credits-migrate', 'credits-setup']);
    // What was there for the Jobs alone is gone.
    expect(namespace.names('jobs,serviceaccounts')).toEqual(['credits']);
    expect(namespace.names('deployments')).toHaveLength(6);
    expect(namespace.names('horizontalpodautoscalers')).toHaveLength(5);
    expect(namespace.names('cronjobs')).toEqual(['credits-audit', 'credits-full-audit']);
    const [web] = namespace
      .objects('deployments')
      .filter(({ metadata }) => metadata.name === 'credits-web');
    const secrets = web?.spec.template.spec.volumes.find(
      ({ name }: { name: string }) => name === 'secrets',
    );
    expect(secrets.projected.defaultMode).toBe(0o440);

    expect(await namespace.helm(['upgrade'], WITHOUT_OPERATORS)).toMatchObject({ status: 0 });
    expect(namespace.jobs).toEqual([...namespace.jobs.slice(0, 2), ...namespace.jobs.slice(0, 2)]);
    expect(namespace.uninstall()).toMatchObject({ status: 0 });
    expect(namespace.names(KINDS)).toEqual([]);
  });

  test('has Pods that a namespace takes in which none may have a right', async () => {
    namespace.restrict();
    const values = { ...LEAST, toolbox: { enabled: true }, audit: { enabled: true } };
    expect(await namespace.helm(['install'], values)).toMatchObject({ status: 0 });
    const pods = runners(render(values));
    expect(pods.map(({ object }) => object.kind).sort()).toEqual([
      ...['CronJob', 'CronJob', 'Deployment', 'Deployment', 'Deployment', 'Deployment'],
      ...['Job', 'Job'],
    ]);
    for (const { object, pod } of pods) {
      // That of the Jobs is gone with them.
      const judged = namespace.judge(object.metadata.name, {
        ...pod,
        serviceAccountName: 'credits',
      });
      expect(judged).toMatchObject({ status: 0, err: expect.not.stringContaining('violate') });
    }
    const [first] = pods;
    const root = {
      ...first?.pod,
      securityContext: { runAsUser: 0 },
      serviceAccountName: 'credits',
    };
    expect(namespace.judge('root', root)).toMatchObject({
      status: 1,
      err: expect.stringContaining('violates PodSecurity'),
    });
  });

  test('starts nothing where the ledger can’t be migrated, keeps the Job, and goes on from there', async () => {
    const failed = await namespace.helm(['install'], LEAST, ['credits-migrate']);
    expect(failed).toMatchObject({ status: 1, err: expect.stringContaining('pre-install') });
    expect(namespace.jobs).toEqual(['credits-migrate']);
    expect(namespace.names('deployments')).toEqual([]);
    expect(namespace.names('jobs')).toEqual(['credits-migrate']);

    const again = await namespace.helm(['upgrade', '--install'], LEAST);
    expect(again).toMatchObject({ status: 0 });
    expect(namespace.jobs).toEqual(['credits-migrate', 'credits-migrate', 'credits-setup']);
    expect(namespace.names('deployments')).toHaveLength(3);
    expect(namespace.names('jobs')).toEqual([]);
  });

  test('never takes a build’s workers away before it is named as drained', async () => {
    expect(await namespace.helm(['install'], withBuilds([OLD]))).toMatchObject({ status: 0 });
    expect(builds()).toEqual([OLD.id, OLD.id]);
    const replaced = await namespace.helm(['upgrade'], withBuilds([NEW]));
    const reason = `worker.builds: ${OLD.id} has workers here`;
    expect(replaced).toMatchObject({ status: 1, err: expect.stringContaining(reason) });
    const unversioned = await namespace.helm(['upgrade'], LEAST);
    expect(unversioned).toMatchObject({ status: 1, err: expect.stringContaining(reason) });
    expect(builds()).toEqual([OLD.id, OLD.id]);

    expect(await namespace.helm(['upgrade'], withBuilds([OLD, NEW]))).toMatchObject({ status: 0 });
    expect(builds()).toEqual([OLD.id, OLD.id, NEW.id, NEW.id]);
    const drained = await namespace.helm(['upgrade'], withBuilds([NEW], [OLD.id]));
    expect(drained).toMatchObject({ status: 0 });
    expect(builds()).toEqual([NEW.id, NEW.id]);
  });

  testWithKeda('scales by backlog as KEDA’s own schemas have it', async () => {
    const values = { ...EVERYTHING, metrics: { podMonitor: false } };
    expect(await namespace.helm(['install'], values)).toMatchObject({ status: 0 });
    expect(namespace.names('scaledobjects.keda.sh')).toHaveLength(2);
    expect(namespace.names('triggerauthentications.keda.sh')).toEqual(['credits-temporal']);
  });

  testWithPodMonitors('is watched by the Prometheus Operator', async () => {
    const values = { ...LEAST, metrics: { podMonitor: true } };
    expect(await namespace.helm(['install'], values)).toMatchObject({ status: 0 });
    expect(namespace.names('podmonitors.monitoring.coreos.com')).toEqual(['credits']);
  });
});
