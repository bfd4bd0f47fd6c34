import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseAllDocuments, stringify } from 'yaml';
import type { Values } from './values';

export const CHART = join(__dirname, '..', '..', 'deploy', 'helm');

/** Some builds of Helm render for an older Kubernetes unless they are told. */
const TEMPLATE = ['template', 'credits', CHART, '--kube-version', '1.34.0'];

export interface Pod {
  serviceAccountName: string;
  automountServiceAccountToken: boolean;
  enableServiceLinks: boolean;
  terminationGracePeriodSeconds?: number;
  securityContext: object;
  volumes: {
    name: string;
    projected?: { sources: { secret: { name: string; items: { path: string }[] } }[] };
  }[];
  containers: Container[];
}

export interface Container {
  name: string;
  image: string;
  command?: string[];
  args?: string[];
  env: { name: string; value?: string; valueFrom?: object }[];
  ports?: { name: string; containerPort: number }[];
  volumeMounts: { name: string; mountPath: string }[];
  securityContext: object;
  resources: { limits: { memory: string } };
  lifecycle?: { preStop: { sleep: { seconds: number } } };
  readinessProbe?: Probe;
  livenessProbe?: Probe;
  startupProbe?: Probe;
}

interface Probe {
  httpGet: { path: string; port: string };
}

/** An object that the chart makes. */
export interface Rendered {
  apiVersion: string;
  kind: string;
  metadata: {
    name: string;
    labels: Record<string, string>;
    annotations?: Record<string, string>;
  };
  // biome-ignore lint/suspicious/noExplicitAny: each kind has its own.
  spec: any;
}

export interface Ran {
  status: number | null;
  out: string;
  err: string;
}

export function run(program: string, args: string[], env?: NodeJS.ProcessEnv): Ran {
  const ran = spawnSync(program, args, {
    encoding: 'utf8',
    maxBuffer: 64 * 2 ** 20,
    env: { ...process.env, ...env },
  });
  return { status: ran.status, out: ran.stdout, err: ran.stderr };
}

/** Helm with values, in a file that is gone afterwards. */
export function helm(args: string[], values: Values, env?: NodeJS.ProcessEnv): Ran {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-helm-'));
  try {
    const file = join(folder, 'values.yaml');
    // Helm reads YAML 1.1, where `off` is no text.
    writeFileSync(file, stringify(values, { version: '1.1' }));
    return run('helm', [...args, '--values', file], env);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The objects that the chart makes of values. */
export function render(values: Values): Rendered[] {
  const { status, out, err } = helm(TEMPLATE, values);
  if (status !== 0) throw new Error(err);
  return parseAllDocuments(out)
    .map((document) => document.toJS() as Rendered | null)
    .filter((object) => object !== null);
}

/** Why Helm refuses values. */
export function refusal(values: Values): string {
  const { status, err } = helm(TEMPLATE, values);
  if (status === 0) throw new Error('They are taken.');
  return err;
}

/** The Pod of what runs any. */
export function podOf({ kind, spec }: Rendered): Pod | undefined {
  if (kind === 'CronJob') return spec.jobTemplate.spec.template.spec;
  return ['Deployment', 'Job'].includes(kind) ? spec.template.spec : undefined;
}

/** What runs Pods, each with the Pod and its one container. */
export function runners(objects: Rendered[]) {
  return objects.flatMap((object) => {
    const pod = podOf(object);
    const [container] = pod?.containers ?? [];
    return pod && container ? [{ object, pod, container }] : [];
  });
}
