import { execFileSync } from 'node:child_process';
import path from 'node:path';

/** Where the present credits element is; bundled at the first call after a change, in about a second. */
export function elementFolder(): string {
  const script = path.join(__dirname, '..', '..', 'scripts', 'bundle-element.js');
  return execFileSync(process.execPath, [script], { encoding: 'utf8' }).trim();
}
