import { createReadStream, statSync } from 'node:fs';
import { HoldfastError } from '../../contract/errors';
import { shown } from '../../contract/json';

/** No line that can be taken over is nearly as long. */
const LINE_BYTES_MAX = 64 * 1024;

const NEWLINE = 0x0a;
const BOM = '\uFEFF';
/** How a gzip file begins. */
const GZIP = [0x1f, 0x8b];

const UTF_8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** A line of a file, from 1; without a text it is too long, or no UTF-8. */
export interface FileLine {
  number: number;
  text?: string;
}

/**
 * The lines of a file, one after the other, without a byte order mark and line ends. A line that is
 * too long is never held whole.
 *
 * @throws HoldfastError IMPORT_FILE_INVALID
 */
export async function* linesOf(file: string): AsyncGenerator<FileLine> {
  let held: Buffer[] = [];
  let heldBytes = 0;
  let number = 0;
  const ended = (): FileLine => {
    number += 1;
    const text = heldBytes > LINE_BYTES_MAX ? undefined : decoded(Buffer.concat(held));
    held = [];
    heldBytes = 0;
    return { number, text: number === 1 && text?.startsWith(BOM) ? text.slice(1) : text };
  };
  const keep = (part: Buffer) => {
    heldBytes += part.length;
    if (heldBytes <= LINE_BYTES_MAX) held.push(part);
    else held = [];
  };
  for await (const chunk of chunksOf(file)) {
    let from = 0;
    for (let end = chunk.indexOf(NEWLINE); end !== -1; end = chunk.indexOf(NEWLINE, from)) {
      keep(chunk.subarray(from, end));
      yield ended();
      from = end + 1;
    }
    keep(chunk.subarray(from));
  }
  if (heldBytes > 0) yield ended();
}

function decoded(bytes: Buffer): string | undefined {
  try {
    const text = UTF_8.decode(bytes);
    return text.endsWith('\r') ? text.slice(0, -1) : text;
  } catch {
    return undefined;
  }
}

async function* chunksOf(file: string): AsyncGenerator<Buffer> {
  let isFirst = true;
  try {
    if (!statSync(file).isFile()) throw unreadable(file, 'it is no file');
    for await (const chunk of createReadStream(file) as AsyncIterable<Buffer>) {
      if (isFirst && GZIP.every((byte, index) => chunk[index] === byte))
        throw unreadable(file, 'it is compressed');
      isFirst = false;
      yield chunk;
    }
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (error instanceof HoldfastError || !code?.startsWith('E')) throw error;
    throw unreadable(file, code);
  }
}

function unreadable(file: string, why: string): HoldfastError {
  return new HoldfastError('IMPORT_FILE_INVALID', `${shown(file)} can’t be read (${why}).`);
}
