import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

/** The command line of a process; undefined if there is no such process. */
export function commandLineOf(pid: number): string | undefined {
  try {
    // Slim images have no `ps`, and macOS has no /proc.
    const commandLine = existsSync('/proc/self/cmdline')
      ? readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')
      : execFileSync('ps', ['-o', 'args=', '-ww', '-p', String(pid)], { encoding: 'utf8' });
    return commandLine.trim() || undefined;
  } catch {
    return undefined;
  }
}

function pidIn(file: string): number | undefined {
  try {
    const pid = Number.parseInt(readFileSync(file, 'utf8'), 10);
    return pid > 1 ? pid : undefined;
  } catch {
    return undefined;
  }
}

export function parentOf(pid: number): number | undefined {
  try {
    // The fields after the command's name, which may itself contain spaces and brackets: state,
    // parent, …
    const parent = existsSync('/proc/self/stat')
      ? readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ')[1]
      : execFileSync('ps', ['-o', 'ppid=', '-p', String(pid)], { encoding: 'utf8' });
    return Number(parent) || undefined;
  } catch {
    return undefined;
  }
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // The process has just ended.
  }
}

/**
 * Stops the server that an earlier run has left because its guard was killed as well. Its number
 * may belong to another program by now, so only a process whose command line contains `marker` is
 * stopped. `foreign` says that the number belongs to another program.
 */
export async function stopLeftover(pidFile: string, marker: string): Promise<{ foreign: boolean }> {
  const pid = pidIn(pidFile);
  const commandLine = pid === undefined ? undefined : commandLineOf(pid);
  if (pid === undefined || commandLine === undefined) return { foreign: false };
  if (!commandLine.includes(marker)) return { foreign: true };
  const deadline = Date.now() + 10_000;
  signal(pid, 'SIGINT');
  while (commandLineOf(pid)?.includes(marker)) {
    if (Date.now() > deadline) signal(pid, 'SIGKILL');
    await delay(100);
  }
  return { foreign: false };
}
