import {
  chmodSync,
  linkSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import type { DevStack } from '../cli/cli-config';
import type { AuthOptions } from '../web/http/authentication';
import { commandLineOf } from './stack/processes';

/** Where `npm run dev` keeps everything; scripts/before-install/run.js has made the checkout the working directory. */
export const DEV_FOLDER = path.resolve('.holdfast');

const STATE_FILE = path.join(DEV_FOLDER, 'dev.json');
const PID_FILE = path.join(DEV_FOLDER, 'dev.pid');

/** Beside what the command line reads: where the HTTP API is, and what its tokens are signed with. */
interface DevState extends DevStack {
  web: { url: string; auth: AuthOptions };
}

/** The file holds passwords, so nobody else may read it, and readers never see half of it. */
export function writeDevState(state: DevState): void {
  const unfinished = `${STATE_FILE}.${process.pid}`;
  writeFileSync(unfinished, `${JSON.stringify(state, undefined, 2)}\n`, { mode: 0o600 });
  renameSync(unfinished, STATE_FILE);
}

function runningPid(): number | undefined {
  try {
    const [pid, commandLine] = readFileSync(PID_FILE, 'utf8').split('\n');
    // After a reboot another program may have the number.
    return commandLine !== undefined && commandLineOf(Number(pid)) === commandLine
      ? Number(pid)
      : undefined;
  } catch {
    return undefined;
  }
}

/** A link appears with its content, so nobody reads a claim without its owner. */
function claimed(mine: string): boolean {
  try {
    linkSync(mine, PID_FILE);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
  rmSync(STATE_FILE, { force: true });
  return true;
}

/**
 * Takes this checkout for this process, or returns the process that has it. A killed run's claim doesn't count, and
 * what it wrote about its stack, which is gone, is removed.
 */
export function claimCheckout(): { takenBy?: number } {
  mkdirSync(DEV_FOLDER, { recursive: true });
  // Postgres passes through as another user when this is root.
  chmodSync(DEV_FOLDER, 0o711);
  const mine = `${PID_FILE}.${process.pid}`;
  writeFileSync(mine, `${process.pid}\n${commandLineOf(process.pid)}`);
  try {
    for (;;) {
      if (claimed(mine)) return {};
      const takenBy = runningPid();
      if (takenBy !== undefined) return { takenBy };
      rmSync(PID_FILE, { force: true });
    }
  } finally {
    rmSync(mine);
  }
}

export function releaseCheckout(): void {
  rmSync(STATE_FILE, { force: true });
  rmSync(PID_FILE, { force: true });
}
