import {
  accessSync,
  constants,
  existsSync,
  mkdirSync,
  readdirSync,
  rmSync,
  statSync,
} from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import { isAlive } from '../../config/is-alive.js';

export function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}

export function onPath(name: string, env: NodeJS.ProcessEnv): string | undefined {
  const folders = (env.PATH ?? '').split(path.delimiter).filter((folder) => folder !== '');
  return folders.map((folder) => path.join(folder, name)).find(isExecutable);
}

/**
 * The program that the SDK has downloaded into the folder; its file name has the SDK's name and
 * version behind the program's. An unfinished download has one more ending, and may be executable
 * already.
 */
export function downloadedInto(folder: string, program: string): string | undefined {
  if (!existsSync(folder)) return undefined;
  const names = readdirSync(folder).filter((name) => name.startsWith(`${program}-sdk-typescript-`));
  const finished = names.filter((name) => !name.endsWith('.downloading'));
  return finished.map((name) => path.join(folder, name)).find(isExecutable);
}

/**
 * A folder for this process's unfinished work. Folders that ended processes have left are removed.
 */
export function workFolder(cache: string, prefix: string): string {
  mkdirSync(cache, { recursive: true });
  for (const name of readdirSync(cache)) {
    const pid = name.startsWith(`${prefix}-`) ? name.slice(prefix.length + 1) : '';
    if (!/^\d+$/.test(pid) || isAlive(Number(pid))) continue;
    rmSync(path.join(cache, name), { recursive: true, force: true });
  }
  const folder = path.join(cache, `${prefix}-${process.pid}`);
  mkdirSync(folder, { recursive: true });
  return folder;
}

export function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n')[0] ?? '';
}

/**
 * The folder for programs that runs and checkouts share: the operating system's place for caches.
 */
export function cacheFolder(env: NodeJS.ProcessEnv): string {
  if (env.XDG_CACHE_HOME) return path.join(env.XDG_CACHE_HOME, 'holdfast');
  if (process.platform === 'darwin') return path.join(homedir(), 'Library', 'Caches', 'holdfast');
  if (process.platform === 'win32' && env.LOCALAPPDATA)
    return path.join(env.LOCALAPPDATA, 'holdfast');
  return path.join(homedir(), '.cache', 'holdfast');
}
