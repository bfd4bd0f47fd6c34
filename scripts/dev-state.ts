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

/**
 * The folder of `npm run dev`; scripts/before-install/run.js has made the checkout the working
 * directory.
 */
export const DEV_FOLDER = path.resolve('.holdfast');

const STATE_FILE = path.join(DEV_FOLDER, 'dev.json');
const PID_FILE = path.join(DEV_FOLDER, 'dev.pid');

/** What the command line reads, and the address of the HTTP API and the secret of its tokens. */
interface DevState extends DevStack {
  web: { url: string; auth: AuthOptions };
}

/**
 * Writes the state. The file holds passwords, so only its owner may read it; readers never see half
 * of it.
 */
export function writeDevState(state: DevState): void {
  const unfinished = `${STATE_FILE}.${process.pid}`;
  writeFileSync(unfinished, `${JSON.stringify(state, undefined, 2)}\n`, { mode: 0o600 });
  renameSync(unfinished, STATE_FILE);
}

function runningPid(): number | undefined {
  try {
    const [pid, commandLine] = readFileSync(PID_FILE, 'utf8').split('\n');
    // After a reboot another program may have the process number.
    return commandLine !== undefined && commandLineOf(Number(pid)) === commandLine
      ? Number(pid)
      : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Claims the checkout. A link appears together with its content, so that no process reads a claim
 * without its owner.
 */
function tryClaim(mine: string): boolean {
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
 * Claims this checkout for this process, or returns the number of the process that has it. A killed
 * process's claim doesn't count, and the state of its stack is removed.
 */
export function claimCheckout(): { takenBy?: number } {
  mkdirSync(DEV_FOLDER, { recursive: true });
  // If this is root, Postgres runs as another user and must be able to pass through the folder.
  chmodSync(DEV_FOLDER, 0o711);
  const mine = `${PID_FILE}.${process.pid}`;
  writeFileSync(mine, `${process.pid}\n${commandLineOf(process.pid)}`, { mode: 0o600 });
  try {
    for (;;) {
      if (tryClaim(mine)) return {};
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
