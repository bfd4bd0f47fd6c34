import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';

export const silent = (): void => undefined;

export const unreachable = async (): Promise<void> => {
  throw new Error('the host can’t be reached');
};

/** A shell script that can be run; returns its path. */
export function program(file: string, script: string): string {
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, `#!/bin/sh\n${script}\n`);
  chmodSync(file, 0o755);
  return file;
}
