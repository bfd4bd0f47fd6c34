import { spawnSync } from 'node:child_process';

/** Whether a program is installed and does that. */
export function isThere(program: string, ...args: string[]): boolean {
  return spawnSync(program, args, { stdio: 'ignore' }).status === 0;
}
