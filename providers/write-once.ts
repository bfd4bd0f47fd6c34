import { randomUUID } from 'node:crypto';
import { link, mkdir, readFile, rename, unlink, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';

/**
 * Writes a fact once: the first writer of any process wins, and all get the winner's value. The
 * finished file is linked, so it appears whole or not at all; with the flag `wx` readers could see
 * half of it.
 */
export async function writeOnce<T>(path: string, value: T): Promise<{ value: T; first: boolean }> {
  const draft = await writeDraft(path, JSON.stringify(value));
  try {
    await link(draft, path);
    return { value, first: true };
  } catch (error) {
    if (!hasCode(error, 'EEXIST')) throw error;
    return { value: JSON.parse(await readFile(path, 'utf8')), first: false };
  } finally {
    await unlink(draft);
  }
}

/** Reads a fact; null if it isn't written. */
export async function readFact<T>(path: string): Promise<T | null> {
  try {
    return JSON.parse(await readFile(path, 'utf8'));
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return null;
    throw error;
  }
}

/** Writes a file whole. Only for content that is the same from every writer. */
export async function writeWhole(path: string, content: Uint8Array): Promise<void> {
  await rename(await writeDraft(path, content), path);
}

async function writeDraft(path: string, content: string | Uint8Array): Promise<string> {
  const draft = `${path}.${randomUUID()}.draft`;
  await mkdir(dirname(path), { recursive: true });
  await writeFile(draft, content);
  return draft;
}

function hasCode(error: unknown, code: string): boolean {
  return (error as NodeJS.ErrnoException).code === code;
}
