import { randomBytes } from 'node:crypto';
import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ALL_SCOPES } from '../../../contract/scopes';
import { migrate } from '../../../ledger/migrate';
import { signToken } from '../../../tokens/sign-token';
import { freePort } from '../../stack/server-process';
import { CATALOG } from './catalog';
import { findFakeTime, MovableClock } from './clock';
import { type Disk, openDisk } from './disk';
import { type ProviderFaults, writeProviderFaults } from './provider-faults';
import {
  type KillableServer,
  type LedgerServer,
  startLedgerServer,
  startTemporal,
} from './servers';
import { Service } from './service';
import { Way } from './way';

export const WORKERS = ['worker-1', 'worker-2'] as const;
/** The processes that reach the servers; `client` is the load's own. */
export const CALLERS = [...WORKERS, 'web', 'client'] as const;
export const SERVERS = ['ledger', 'temporal'] as const;

export type Caller = (typeof CALLERS)[number];
export type ServiceName = Exclude<Caller, 'client'>;
export type ServerName = (typeof SERVERS)[number];
export type WayName = `${Caller} to ${ServerName}`;

export const TASK_QUEUE = 'holdfast-chaos';
export const NAMESPACE = 'default';
export const RECONCILE_SECONDS = 5;

/** Everything that runs, and the ways to disturb it. */
export interface World {
  folder: string;
  outputDir: string;
  noticesDir: string;
  ledger: LedgerServer;
  temporal: KillableServer;
  ways: Record<WayName, Way>;
  services: Record<ServiceName, Service>;
  /** The workers' clocks; none where libfaketime isn't installed. */
  clocks: MovableClock[];
  disk: Disk;
  providers(faults: ProviderFaults): void;
  web: { url: string; token: string };
  close(): Promise<void>;
}

const dist = (...names: string[]) => path.join(__dirname, '..', '..', '..', ...names);

async function openWays(
  ledger: LedgerServer,
  temporal: KillableServer,
): Promise<Record<WayName, Way>> {
  const ports = { ledger: ledger.port(), temporal: temporal.port() };
  const ways = CALLERS.flatMap((caller) =>
    SERVERS.map(async (server) => [`${caller} to ${server}`, await Way.open(ports[server])]),
  );
  return Object.fromEntries(await Promise.all(ways));
}

/** The ledger's URL as a caller reaches it. */
export function ledgerUrlOf({ ledger, ways }: Pick<World, 'ledger' | 'ways'>, caller: Caller) {
  const url = new URL(ledger.servingUrl());
  url.port = String(ways[`${caller} to ledger`].port);
  return url.toString();
}

type Reached = Pick<World, 'ledger' | 'ways' | 'folder' | 'outputDir' | 'noticesDir'>;

function commonEnvironment(reached: Reached, caller: ServiceName): NodeJS.ProcessEnv {
  return {
    PATH: process.env.PATH,
    DATABASE_URL: ledgerUrlOf(reached, caller),
    TEMPORAL_ADDRESS: `127.0.0.1:${reached.ways[`${caller} to temporal`].port}`,
    TEMPORAL_NAMESPACE: NAMESPACE,
    HOLDFAST_TASK_QUEUE: TASK_QUEUE,
    HOLDFAST_RECONCILE_INTERVAL_SECONDS: String(RECONCILE_SECONDS),
    HOLDFAST_RECONCILE_IDLE_SECONDS: String(RECONCILE_SECONDS),
    HOLDFAST_LOG_LEVEL: 'warn',
  };
}

async function answersWell(url: string): Promise<boolean> {
  return (await fetch(url, { signal: AbortSignal.timeout(5_000) })).ok;
}

async function workerOf(
  name: (typeof WORKERS)[number],
  reached: Reached,
  faultsFile: string,
  clock: MovableClock | undefined,
): Promise<Service> {
  const healthPort = await freePort();
  const environment = {
    ...commonEnvironment(reached, name),
    ...clock?.environment(),
    HOLDFAST_OUTPUT_DIR: reached.outputDir,
    HOLDFAST_PROVIDERS: dist('scripts', 'chaos', 'world', 'providers.js'),
    HOLDFAST_HEALTH_PORT: String(healthPort),
    HOLDFAST_HEARTBEAT_MS: '500',
    HOLDFAST_HOLD_SECONDS: '10',
    // What hangs must not take the places of all others.
    HOLDFAST_MAX_CONCURRENT_GENERATIONS: '60',
    HOLDFAST_GRANT_CREDITS_MAX: '1000',
    HOLDFAST_GRANT_CREDITS_PER_DAY: '100000000',
    HOLDFAST_DATABASE_BATCHES: process.env.HOLDFAST_DATABASE_BATCHES,
    CHAOS_FAULTS_FILE: faultsFile,
    CHAOS_NOTICES_DIR: reached.noticesDir,
  };
  const log = path.join(reached.folder, `${name}.log`);
  const isReady = () => answersWell(`http://127.0.0.1:${healthPort}/healthz`);
  return new Service(name, dist('worker', 'main.js'), environment, log, isReady);
}

const ISSUER = 'holdfast-chaos';

async function webOf(reached: Reached): Promise<{ service: Service; web: World['web'] }> {
  const secret = randomBytes(32).toString('hex');
  const url = `http://127.0.0.1:${await freePort()}`;
  const environment = {
    ...commonEnvironment(reached, 'web'),
    HOLDFAST_WEB_PORT: new URL(url).port,
    HOLDFAST_WEB_SERVICE_REQUESTS_PER_MINUTE: '10000000',
    HOLDFAST_JWT_ISSUER: ISSUER,
    HOLDFAST_JWT_SECRET: secret,
  };
  const log = path.join(reached.folder, 'web.log');
  const isReady = () => answersWell(`${url}/health/ready`);
  const service = new Service('web', dist('web', 'main.js'), environment, log, isReady);
  const claims = { holdfast_service: true, scope: ALL_SCOPES.join(' ') };
  const auth = { issuer: ISSUER, audience: 'holdfast', secret };
  const token = await signToken(auth, 'chaos', claims, '24h');
  return { service, web: { url, token } };
}

function newFolder(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'holdfast-chaos-'));
  // The user that Postgres runs as under root has to pass through.
  chmodSync(folder, 0o711);
  for (const name of ['ledger', 'temporal', 'notices']) mkdirSync(path.join(folder, name));
  return folder;
}

/** Makes two workers, a web process, Postgres and Temporal, and the ways between them. */
export async function openWorld(log: (line: string) => void): Promise<World> {
  const folder = newFolder();
  const [ledger, temporal] = await Promise.all([
    startLedgerServer(path.join(folder, 'ledger')),
    startTemporal(path.join(folder, 'temporal'), log),
  ]);
  const logins = { migrationUrl: ledger.migrationUrl(), servingUrl: ledger.servingUrl() };
  await migrate({ ...logins, log: () => {}, catalog: CATALOG });
  const ways = await openWays(ledger, temporal);
  const outputDir = path.join(folder, 'output');
  const disk = openDisk(outputDir);
  const reached = { folder, outputDir, noticesDir: path.join(folder, 'notices'), ledger, ways };
  const faultsFile = path.join(folder, 'provider-faults.json');
  writeProviderFaults(faultsFile, {});
  const library = findFakeTime();
  const clocks = library
    ? WORKERS.map((name) => new MovableClock(path.join(folder, `clock-of-${name}`), library))
    : [];
  const workers = await Promise.all(
    WORKERS.map((name, index) => workerOf(name, reached, faultsFile, clocks[index])),
  );
  const { service, web } = await webOf(reached);
  const services = Object.fromEntries(
    [...workers, service].map((each) => [each.name, each]),
  ) as World['services'];
  const providers = (faults: ProviderFaults) => writeProviderFaults(faultsFile, faults);
  const world = { ...reached, temporal, services, clocks, disk, providers, web };
  return { ...world, close: () => closeWorld(world) };
}

async function closeWorld(world: Omit<World, 'close'>): Promise<void> {
  await Promise.allSettled(Object.values(world.services).map((service) => service.close()));
  await Promise.allSettled(Object.values(world.ways).map((way) => way.close()));
  await Promise.allSettled([world.ledger.stop(), world.temporal.stop()]);
  world.disk.close();
  rmSync(path.join(world.folder, 'output'), { recursive: true, force: true });
}
