import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import type { Given } from './read-environment';

/** More than the longest secret has. */
const BYTES_MAX = 16_384;

/**
 * Takes each secret that a file holds: of the variable `NAME` the path is `NAME_FILE`. A process
 * reads it once, when it starts.
 *
 * @param names the secrets that are looked for
 * @returns the variables with those secrets, the names of the secrets that are from a file, and by
 *   name what is wrong; no problem holds a word of a file
 */
export function withSecretFiles(
  given: Given,
  names: readonly string[],
): { given: Given; fromFile: Set<string>; problems: Map<string, string> } {
  const secrets: Given = {};
  const problems = new Map<string, string>();
  for (const name of names) {
    const file = given[fileOf(name)];
    if (file === undefined) continue;
    const read = given[name] === undefined ? secretIn(file) : undefined;
    if (read === undefined)
      problems.set(name, `${name}, ${fileOf(name)}: only one of the two may be set`);
    else if (typeof read === 'string') problems.set(name, `${fileOf(name)}: ${read}`);
    else secrets[name] = read.secret;
  }
  return { given: { ...given, ...secrets }, fromFile: new Set(Object.keys(secrets)), problems };
}

/** The variable that names the file of a secret. */
export function fileOf(name: string): string {
  return `${name}_FILE`;
}

/**
 * The secret in a file: one line of text, without the line breaks at its end. Or a message that says
 * why there is none.
 */
export function secretIn(file: string): { secret: string } | string {
  if (/\p{Cc}/u.test(file)) return 'must have no control character';
  try {
    const bytes = bytesIn(file);
    if (typeof bytes === 'string') return bytes;
    return secretOf(bytes);
  } catch (error) {
    return `can’t be read (${(error as NodeJS.ErrnoException).code ?? 'unknown'})`;
  }
}

function secretOf(bytes: Buffer): { secret: string } | string {
  const text = textOf(bytes)?.replace(/[\r\n]+$/, '');
  if (text === '') return 'is empty';
  return text === undefined || /\p{Cc}/u.test(text)
    ? 'must hold one line of text in UTF-8'
    : { secret: text };
}

/** Undefined if it is no UTF-8. An editor's mark of byte order is left out. */
function textOf(bytes: Buffer): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/** A pipe without a writer would hold the process up, and a device never end. */
function bytesIn(file: string): Buffer | string {
  const descriptor = openSync(file, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    if (!fstatSync(descriptor).isFile()) return 'is no file';
    const bytes = Buffer.alloc(BYTES_MAX + 1);
    let length = 0;
    for (let read = -1; read !== 0 && length < bytes.length; length += read)
      read = readSync(descriptor, bytes, length, bytes.length - length, null);
    return length > BYTES_MAX ? `has more than ${BYTES_MAX} bytes` : bytes.subarray(0, length);
  } finally {
    closeSync(descriptor);
  }
}
