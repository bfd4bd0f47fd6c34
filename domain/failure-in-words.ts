import { HoldfastError } from '../contract/errors';

const CAUSES_MAX = 10;

/**
 * Why the process ends, in lines: the error and each of its causes, with their stacks but for those
 * that say it all: a coded error, and the plain one that names unusable variables.
 */
export function failureInWords(error: unknown): string {
  const lines: string[] = [];
  let next = error;
  for (let depth = 0; next !== undefined && next !== null && depth < CAUSES_MAX; depth += 1) {
    lines.push(depth === 0 ? said(next) : `Caused by: ${said(next)}`);
    next = next instanceof Error ? next.cause : undefined;
  }
  return lines.join('\n');
}

function said(error: unknown): string {
  if (error instanceof HoldfastError) return `${error.code}: ${error.message}`;
  if (!(error instanceof Error)) return String(error);
  return error.name === 'Error' ? error.message : (error.stack ?? error.message);
}
