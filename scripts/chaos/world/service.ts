import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, type WriteStream } from 'node:fs';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

const WITH_OWNER = path.join(__dirname, 'end-with-owner.js');
const RESTART_MS = 500;
const READY_WITHIN_MS = 120_000;

/**
 * A process of Holdfast that is started again whenever it has ended, as production's supervisors
 * do.
 */
export class Service {
  #child: ChildProcess | undefined;
  #wanted = false;
  #log: WriteStream;
  /** How often it ended without being killed. */
  endedByItself = 0;

  constructor(
    readonly name: string,
    private readonly main: string,
    private readonly environment: NodeJS.ProcessEnv,
    logFile: string,
    private readonly isReady: () => Promise<boolean>,
  ) {
    this.#log = createWriteStream(logFile, { flags: 'a', mode: 0o600 });
  }

  start(): void {
    this.#wanted = true;
    if (this.#child === undefined) this.#spawn();
  }

  async untilReady(): Promise<void> {
    const end = Date.now() + READY_WITHIN_MS;
    while (!(await this.isReady().catch(() => false))) {
      if (Date.now() > end) throw new Error(`${this.name} doesn’t get ready.`);
      await pause(100);
    }
  }

  /** SIGKILL; it stays away until it is started. */
  async kill(): Promise<void> {
    this.#wanted = false;
    const child = this.#child;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  }

  async close(): Promise<void> {
    await this.kill();
    await new Promise<void>((resolve) => this.#log.end(resolve));
  }

  #spawn(): void {
    const child = spawn(process.execPath, ['--require', WITH_OWNER, this.main], {
      env: this.environment,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#child = child;
    for (const stream of [child.stdout, child.stderr]) stream.pipe(this.#log, { end: false });
    child.on('exit', () => {
      this.#child = undefined;
      if (!this.#wanted) return;
      this.endedByItself += 1;
      setTimeout(() => {
        if (this.#wanted && this.#child === undefined) this.#spawn();
      }, RESTART_MS);
    });
  }
}
