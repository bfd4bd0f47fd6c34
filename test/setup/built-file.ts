import { existsSync } from 'node:fs';
import path from 'node:path';

const DIST = path.join(__dirname, '..', '..', 'dist');

/**
 * The path of a file in `dist`, which `npm test` builds and a single call of `jest` doesn't.
 * Throws if it isn't there.
 */
export function builtFile(name: string): string {
  const file = path.join(DIST, name);
  if (!existsSync(file)) throw new Error(`dist/${name} is missing: run \`npm run build\` first.`);
  return file;
}
