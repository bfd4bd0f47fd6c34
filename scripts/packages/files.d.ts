/** See files.js. */
export function reachedFrom(entries: string[]): { files: string[]; packages: Set<string> };
