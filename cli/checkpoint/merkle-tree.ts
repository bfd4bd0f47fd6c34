import { createHash } from 'node:crypto';

/** The hash of a line, told apart from a node’s by its first byte, as in RFC 6962. */
function lineHash(line: string): Buffer {
  return createHash('sha256').update('\0').update(line).digest();
}

function nodeHash(left: Buffer, right: Buffer): Buffer {
  return createHash('sha256').update('\u0001').update(left).update(right).digest();
}

/** A neighbour on the way from a line to the root, in hexadecimal, by the side on which it stands. */
export type PathStep = { left: string } | { right: string };

/** What leads from the line at this place to the root of all lines. */
export function pathTo(lines: readonly string[], place: number): PathStep[] {
  return pathAmong(lines.map(lineHash), place);
}

function pathAmong(hashes: Buffer[], place: number): PathStep[] {
  if (hashes.length === 1) return [];
  const half = 2 ** Math.ceil(Math.log2(hashes.length) - 1);
  const [left, right] = [hashes.slice(0, half), hashes.slice(half)];
  return place < half
    ? [...pathAmong(left, place), { right: rootOf(right) }]
    : [...pathAmong(right, place - half), { left: rootOf(left) }];
}

function rootOf(hashes: Buffer[]): string {
  const tree = new MerkleTree();
  for (const hash of hashes) tree.addHash(hash);
  return tree.root();
}

/** The tree of RFC 6962 over lines; it keeps only what the root needs. */
export class MerkleTree {
  /** Roots of whole subtrees, the largest first, with how many lines each has. */
  readonly #whole: { lines: number; hash: Buffer }[] = [];

  add(line: string): void {
    this.addHash(lineHash(line));
  }

  addHash(hash: Buffer): void {
    let added = { lines: 1, hash };
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
