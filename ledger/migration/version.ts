import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The version of Holdfast that this code belongs to, such as `0.1.0`. */
export const THIS_VERSION = versionAbove(__dirname);

/** The sources and the build lie at different depths below the package. */
function versionAbove(folder: string): string {
  const file = join(folder, 'package.json');
  if (existsSync(file)) {
    const { name, version } = JSON.parse(readFileSync(file, 'utf8'));
    if (name === 'holdfast') return version;
  }
  return versionAbove(dirname(folder));
}

/** Compares versions of numbers: 0.10.0 is newer than 0.9.3. An empty one is the oldest. */
export function isNewer(version: string, than: string): boolean {
  return version.localeCompare(than, 'en', { numeric: true }) > 0;
}
