import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SignJWT } from 'jose';
import { parse } from 'yaml';
import { isThere } from '../support/process/is-there';

const ROOT = join(__dirname, '..', '..');
const SECRET = 'a secret of more than thirty-two bytes, for containers';
export const PORT = 28090;
export const GRAFANA_PORT = 23000;
export const IMAGE = 'holdfast:compose-test';

export function docker(...args: string[]): string {
  const stdio: ['ignore', 'pipe', 'inherit'] = ['ignore', 'pipe', 'inherit'];
  return execFileSync('docker', args, { encoding: 'utf8', stdio, maxBuffer: 64 * 2 ** 20 }).trim();
}

/** Whether the image of a service of the profile `monitoring` is here or can be had. */
export function hasImageOf(service: string): boolean {
  const file = join(ROOT, 'deploy', 'compose', 'monitoring.yml');
  const { services } = parse(readFileSync(file, 'utf8'));
  // By default, as nothing is set here: ${PROMETHEUS_VERSION:-v3.5.0}.
  const name = services[service].image.replace(/\$\{\w+:-([^}]+)\}/, '$1');
  const isHere = isThere('docker', 'image', 'inspect', name);
  return isHere || isThere('docker', 'pull', '--quiet', name);
}

/** docker-compose.yml in a project of its own, with passwords and ports of its own. */
export class Installation {
  readonly #folder = mkdtempSync(join(tmpdir(), 'holdfast-compose-'));
  readonly #variables: Record<string, string> = {
    ...{ POSTGRES_PASSWORD: 'postgres1', TEMPORAL_DB_PASSWORD: 'temporal1' },
    ...{ LEDGER_OWNER_PASSWORD: 'owner1', LEDGER_WEB_PASSWORD: 'web1' },
    ...{ LEDGER_WORKER_PASSWORD: 'worker1', LEDGER_OPERATOR_PASSWORD: 'operator1' },
    ...{ HOLDFAST_JWT_SECRET: SECRET, HOLDFAST_GENERATION: 'stub', HOLDFAST_PAYMENTS: 'stub' },
    ...{ POSTGRES_PORT: '25432', TEMPORAL_PORT: '27233', TEMPORAL_UI_PORT: '28080' },
    ...{ HOLDFAST_WEB_PORT: `${PORT}`, HOLDFAST_VERSION: 'compose-test' },
  };

  set(name: string, value: string): void {
    this.#variables[name] = value;
  }

  compose(...args: string[]): string {
    const file = join(this.#folder, 'env');
    const lines = Object.entries(this.#variables).map(([name, value]) => `${name}=${value}`);
    writeFileSync(file, `${lines.join('\n')}\n`);
    const project = ['--project-name', 'holdfast-compose-test', '--env-file', file];
    return docker(
      'compose',
      '--progress',
      'quiet',
      ...project,
      '--project-directory',
      ROOT,
      ...args,
    );
  }

  /** Starts everything, and services of profiles; says in how many seconds it was well. */
  up(...more: string[]): number {
    const beganMs = Date.now();
    // What ends by itself makes `--wait` fail in some versions of Compose.
    this.compose('up', '--detach', '--no-build', '--wait', 'worker', 'web', ...more);
    return Math.round((Date.now() - beganMs) / 1_000);
  }

  /** An operator's command, with its JSON. */
  holdfast(...words: string[]) {
    return JSON.parse(this.compose('run', '--rm', '--no-TTY', 'operator', ...words, '--json'));
  }

  /** What Prometheus answers, asked from a container of its network. */
  askPrometheus(path: string) {
    const asking = `fetch('http://prometheus:9090/api/v1/${path}').then((r) => r.text()).then(console.log)`;
    return JSON.parse(this.compose('exec', '--no-TTY', 'worker', 'node', '-e', asking)).data;
  }

  /** Each container of a service, and the port of this machine that leads to it. */
  containersOf(service: string): { id: string; port: number }[] {
    const ids = this.compose('ps', '--quiet', service).split('\n');
    return ids.map((id) => ({
      id,
      port: Number(docker('port', id, '8080/tcp').split(':').at(-1)),
    }));
  }

  /** Kills a service's process, as an outage does. */
  kill(service: string): void {
    this.compose('kill', '--signal', 'KILL', service);
  }

  async ask(
    account: string,
    path: string,
    { key, body, port = PORT }: { key?: string; body?: object; port?: number } = {},
  ): Promise<{ status: number; body: { status?: string; available?: number } }> {
    const scopes = 'balance:read generations:read generations:write';
    const claims = { iss: 'holdfast', aud: 'holdfast', sub: account, account_scope: scopes };
    const token = await new SignJWT(claims)
      .setProtectedHeader({ alg: 'HS256' })
      .setIssuedAt()
      .setExpirationTime('5m')
      .sign(new TextEncoder().encode(SECRET));
    const answer = await fetch(`http://127.0.0.1:${port}/v1/accounts/${account}/${path}`, {
      headers: {
        authorization: `Bearer ${token}`,
        // A kept connection may lead to a container that is gone.
        connection: 'close',
        ...(body && { 'content-type': 'application/json' }),
        ...(key !== undefined && { 'idempotency-key': key }),
      },
      ...(body && { method: 'POST', body: JSON.stringify(body) }),
    });
    return { status: answer.status, body: (await answer.json()) as object };
  }

  down(...options: string[]): void {
    this.compose('--profile', '*', 'down', ...options);
  }

  remove(): void {
    this.down('--volumes', '--timeout', '5');
    rmSync(this.#folder, { recursive: true });
  }
}
