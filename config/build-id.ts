import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';

/** The same for every process of a build, and another one as soon as its workflows are others. */
export function buildIdOf(workflowBundlePath: string): string {
  const hash = createHash('sha256').update(readFileSync(workflowBundlePath)).digest('hex');
  return `workflows-${hash.slice(0, 12)}`;
}
