import { homedir } from 'node:os';
import path from 'node:path';

/** Where binaries are kept between runs and checkouts: the place that the operating system has for such things. */
export function cacheFolder(env: NodeJS.ProcessEnv): string {
  if (env.XDG_CACHE_HOME) return path.join(env.XDG_CACHE_HOME, 'holdfast');
  if (process.platform === 'darwin') return path.join(homedir(), 'Library', 'Caches', 'holdfast');
  if (process.platform === 'win32' && env.LOCALAPPDATA)
    return path.join(env.LOCALAPPDATA, 'holdfast');
  return path.join(homedir(), '.cache', 'holdfast');
}
