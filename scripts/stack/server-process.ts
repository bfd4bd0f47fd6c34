import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

export interface ServerCommand {
  name: string;
  command: string;
  args: string[];
  cwd: string;
  logFile: string;
  stopSignal: 'SIGINT' | 'SIGTERM' | 'SIGKILL';
  /** A server that doesn't stop within this time is killed. */
  graceMs: number;
  uid?: number;
  gid?: number;
  pidFile?: string;
  /**
   * A folder that the guard removes after the server has ended, also if this process was killed.
   */
  removeAfter?: string;
}

export interface ServerProcess {
  stop(): Promise<void>;
}

const READY_WITHIN_MS = 30_000;
const LOG_TAIL_LINES = 15;

function logTail(descriptor: number): string {
  return readFileSync(descriptor, 'utf8').trimEnd().split('\n').slice(-LOG_TAIL_LINES).join('\n');
}

async function stopGuard(guard: ChildProcess): Promise<void> {
  if (guard.exitCode !== null || guard.signalCode !== null) return;
  guard.ref();
  const exited = once(guard, 'exit');
  guard.stdin?.end();
  await exited;
}

async function waitUntilReady(
  guard: ChildProcess,
  name: string,
  isReady: () => Promise<boolean>,
): Promise<void> {
  const deadline = Date.now() + READY_WITHIN_MS;
  while (!(await isReady())) {
    if (guard.exitCode !== null || guard.signalCode !== null)
      throw new Error(`${name} ended while starting`);
    if (Date.now() > deadline) throw new Error(`${name} doesn't answer`);
    await delay(50);
  }
}

/**
 * Starts a server under its guard, and waits until `isReady` is true.
 *
 * @throws Error with the end of the server's log, if it ends or isn't ready within 30 seconds
 */
export async function startServer(
  server: ServerCommand,
  isReady: () => Promise<boolean>,
): Promise<ServerProcess> {
  const { name, logFile, ...guarded } = server;
  const output = openSync(logFile, 'w', 0o600);
  // Opened now, because the guard of a failed start removes the folder with the log.
  const log = openSync(logFile, 'r');
  const guard = spawn(
    process.execPath,
    [path.join(__dirname, 'guard.js'), JSON.stringify(guarded)],
    {
      detached: true,
      stdio: ['pipe', output, output],
    },
  );
  closeSync(output);
  // The guard ends with this process, and must not keep it running.
  guard.unref();
  guard.stdin?.on('error', () => undefined);
  try {
    await waitUntilReady(guard, name, isReady);
  } catch (error) {
    await stopGuard(guard);
    throw new Error(
      `${error instanceof Error ? error.message : error}. The end of its log:\n${logTail(log)}`,
    );
  } finally {
    closeSync(log);
  }
  return { stop: () => stopGuard(guard) };
}

async function listen(port: number): Promise<number | undefined> {
  const probe = createServer();
  try {
    probe.listen({ port, host: '127.0.0.1', exclusive: true });
    await once(probe, 'listening');
    const address = probe.address();
    return typeof address === 'object' && address !== null ? address.port : undefined;
  } catch {
    return undefined;
  } finally {
    probe.close();
  }
}

export async function isListening(port: number): Promise<boolean> {
  const socket = connect({ port, host: '127.0.0.1' });
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

/** The preferred port if it is free, else any free port. */
export async function freePort(preferred?: number): Promise<number> {
  const port = (preferred !== undefined && (await listen(preferred))) || (await listen(0));
  if (!port) throw new Error('No free port on 127.0.0.1.');
  return port;
}

/**
 * Starts on a free port. If another process takes the port meanwhile, another port is tried, three
 * in all.
 */
export async function onFreePort<T>(
  preferred: number | undefined,
  start: (port: number) => Promise<T>,
): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    const port = await freePort(attempt === 1 ? preferred : undefined);
    try {
      return await start(port);
    } catch (error) {
      const taken = error instanceof Error && /address already in use/i.test(error.message);
      if (!taken || attempt === 3) throw error;
    }
  }
}
