import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SignJWT } from 'jose';

const ROOT = join(__dirname, '..', '..');
const SECRET = 'a secret of more than thirty-two bytes, for containers';
export const IMAGE = 'holdfast:compose-test';

export function docker(...args: string[]): string {
  const stdio: ['ignore', 'pipe', 'inherit'] = ['ignore', 'pipe', 'inherit'];
  return execFileSync('docker', args, { encoding: 'utf8', stdio, maxBuffer: 64 * 2 ** 20 }).trim();
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
    ...{ HOLDFAST_WEB_PORT: '28090', HOLDFAST_VERSION: 'compose-test' },
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

  /** Starts everything, and says in how many seconds it was well. */
  up(): number {
    const beganMs = Date.now();
    // What ends by itself makes `--wait` fail in some versions of Compose.
    this.compose('up', '--detach', '--no-build', '--wait', 'worker', 'web');
    return Math.round((Date.now() - beganMs) / 1_000);
  }

  /** An operator's command, with its JSON. */
  holdfast(...words: string[]) {
    return JSON.parse(this.compose('run', '--rm', '--no-TTY', 'operator', ...words, '--json'));
  }

  /** Kills a service's process, as an outage does. */
  kill(service: string): void {
    this.compose('kill', '--signal', 'KILL', service);
  }

  async ask(
    account: string,
    path: string,
    key?: string,
    body?: object,
  ): Promise<{ status: number; body: { status?: string; available?: number } }> {
    const scopes = 'balance:read generations:read generations:write';
    const claims = { iss: 'holdfast', aud: 'holdfast', sub: account, account_scope: scopes };
    const token = await new SignJWT(claims)
      .setProtectedHeader({ alg: 'HS256' })
      .setIssuedAt()
      .setExpirationTime('5m')
      .sign(new TextEncoder().encode(SECRET));
    const answer = await fetch(`http://127.0.0.1:28090/v1/accounts/${account}/${path}`, {
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

  remove(): void {
    this.compose('down', '--volumes', '--timeout', '5');
    rmSync(this.#folder, { recursive: true });
  }
}
