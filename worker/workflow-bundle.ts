import { readFileSync } from 'node:fs';
import type { WorkflowBundleOption } from '@temporalio/worker';

/** What workflows have to know of their worker: their sandbox has no other way than a global. */
export interface BundleGlobals {
  /** Read by workflows/failure-converter.ts. */
  encodesFailures: boolean;
  /** Read by workflows/versioning.ts. */
  isVersioned: boolean;
  /** Read by workflows/own-search-attributes.ts. */
  listsSearchAttributes: boolean;
}

/** The workflows' code, which begins with the globals that are true. */
export function workflowBundle(codePath: string, globals: BundleGlobals): WorkflowBundleOption {
  const names = Object.entries(globals).flatMap(([name, isTrue]) => (isTrue ? [name] : []));
  if (names.length === 0) return { codePath };
  const assignments = names.map((name) => `globalThis.${name}=true;`).join('');
  return { code: `${assignments}${readFileSync(codePath, 'utf8')}` };
}
