import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { stringify } from 'yaml';
import { isThere } from '../support/process/is-there';
import { CHART, type Ran, type Rendered, run } from './helm';
import type { Values } from './values';

/** Of a cluster to throw away. KUBECONFIG would name the cluster that its user works with. */
export const KUBECONFIG = process.env.HOLDFAST_TEST_KUBECONFIG;

export function isClusterThere(): boolean {
  if (KUBECONFIG === undefined) return false;
  return isThere('kubectl', '--kubeconfig', KUBECONFIG, 'get', 'namespaces');
}

export function hasKind(crd: string): boolean {
  return isClusterThere() && kubectl('get', 'crd', crd).status === 0;
}

export function kubectl(...args: string[]): Ran {
  return run('kubectl', ['--kubeconfig', KUBECONFIG ?? '', ...args]);
}

const WELL = {
  succeeded: 1,
  conditions: [
    { type: 'SuccessCriteriaMet', status: 'True' },
    { type: 'Complete', status: 'True' },
  ],
};
const FAILED = {
  failed: 1,
  conditions: [
    { type: 'FailureTarget', status: 'True' },
    { type: 'Failed', status: 'True', reason: 'BackoffLimitExceeded' },
  ],
};

/** A namespace of a cluster that has an API server alone, and releases of the chart in it. */
export class Namespace {
  readonly #name = `holdfast-${Date.now()}`;
  readonly #folder = mkdtempSync(join(tmpdir(), 'holdfast-helm-'));
  /** The Jobs that were run, in their order. */
  readonly jobs: string[] = [];

  open(): void {
    const { status, err } = kubectl('create', 'namespace', this.#name);
    if (status !== 0) throw new Error(err);
  }

  close(): void {
    rmSync(this.#folder, { recursive: true });
    kubectl('delete', 'namespace', this.#name, '--wait=false');
  }

  /** A command of Helm with the chart. Meanwhile Jobs end, well but for those that are to fail. */
  async helm(args: string[], values: Values, failing: string[] = []): Promise<Ran> {
    const file = join(this.#folder, 'values.yaml');
    writeFileSync(file, stringify(values, { version: '1.1' }));
    const all = [...args, 'credits', CHART, '--values', file, '--timeout', '3m'];
    const ended = this.#start(all);
    let result: Ran | undefined;
    ended.then((ran) => {
      result = ran;
    });
    while (result === undefined) {
      this.#endJobs(failing);
      await pause(250);
    }
    return result;
  }

  /** Lets in only Pods without any right, as Kubernetes' own standard has them. */
  restrict(): void {
    const standard = 'pod-security.kubernetes.io/enforce=restricted';
    const { status, err } = kubectl('label', 'namespace', this.#name, standard);
    if (status !== 0) throw new Error(err);
  }

  /** What the server says of a Pod; it makes none. */
  judge(name: string, pod: object): Ran {
    const file = join(this.#folder, 'pod.json');
    const object = { apiVersion: 'v1', kind: 'Pod', metadata: { name }, spec: pod };
    writeFileSync(file, JSON.stringify(object));
    return kubectl('--namespace', this.#name, 'create', '--dry-run=server', '--filename', file);
  }

  uninstall(): Ran {
    const there = ['--kubeconfig', KUBECONFIG ?? '', '--namespace', this.#name];
    return run('helm', ['uninstall', 'credits', ...there]);
  }

  /** The release's objects of some kinds. */
  objects(kinds: string): Rendered[] {
    const labelled = ['--selector', 'app.kubernetes.io/instance=credits', '--output', 'json'];
    const { status, out, err } = kubectl('--namespace', this.#name, 'get', kinds, ...labelled);
    if (status !== 0) throw new Error(err);
    return JSON.parse(out).items;
  }

  names(kinds: string): string[] {
    return this.objects(kinds)
      .map(({ metadata }) => metadata.name)
      .sort();
  }

  #start(args: string[]): Promise<Ran> {
    const there = ['--kubeconfig', KUBECONFIG ?? '', '--namespace', this.#name];
    const child = spawn('helm', [...args, ...there]);
    const told = { out: '', err: '' };
    child.stdout.on('data', (data) => {
      told.out += data;
    });
    child.stderr.on('data', (data) => {
      told.err += data;
    });
    return new Promise((resolve) => {
      child.on('close', (status) => resolve({ status, ...told }));
    });
  }

  /** What the controller of Jobs does in a whole cluster. */
  #endJobs(failing: string[]): void {
    for (const job of this.objects('jobs')) {
      const { name } = job.metadata;
      const { conditions } = (job as unknown as { status: { conditions?: object[] } }).status;
      if (conditions !== undefined) continue;
      const now = new Date().toISOString();
      const { conditions: reached, ...counts } = failing.includes(name) ? FAILED : WELL;
      const isWell = !failing.includes(name);
      const status = {
        ...counts,
        startTime: now,
        ...(isWell && { completionTime: now }),
        conditions: reached.map((one) => ({ ...one, lastTransitionTime: now })),
      };
      const patch = ['--type', 'merge', '--patch', JSON.stringify({ status })];
      const ran = kubectl(
        ...['--namespace', this.#name, 'patch', 'job', name, '--subresource', 'status'],
        ...patch,
      );
      if (ran.status === 0) this.jobs.push(name);
      else if (!ran.err.includes('NotFound')) throw new Error(ran.err);
    }
  }
}
