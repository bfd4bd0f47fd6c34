import { createHash } from 'node:crypto';

/** The hash of a line, told apart from a node’s by its first byte, as in RFC 6962. */
export function lineHash(line: string): Buffer {
  return createHash('sha256').update('\0').update(line).digest();
}

function nodeHash(left: Buffer, right: Buffer): Buffer {
  return createHash('sha256').update('\u0001').update(left).update(right).digest();
}

/** The tree of RFC 6962 over lines; it keeps only what the root needs. */
export class MerkleTree {
  /** Roots of whole subtrees, the largest first, with how many lines each has. */
  readonly #whole: { lines: number; hash: Buffer }[] = [];

  add(line: string): void {
    let added = { lines: 1, hash: lineHash(line) };
    for (let last = this.#whole.at(-1); last?.lines === added.lines; last = this.#whole.at(-1)) {
      added = { lines: 2 * last.lines, hash: nodeHash(last.hash, added.hash) };
      this.#whole.pop();
    }
    this.#whole.push(added);
  }

  /** In hexadecimal. The root of no line is the hash of nothing. */
  root(): string {
    const hashes = this.#whole.map(({ hash }) => hash);
    if (hashes.length === 0) return createHash('sha256').digest('hex');
    return hashes.reduceRight((right, left) => nodeHash(left, right)).toString('hex');
  }
}
