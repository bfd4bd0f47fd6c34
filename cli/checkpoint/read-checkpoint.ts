import { type KeyObject, verify } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import {
  type ActChain,
  type CheckpointStatement,
  checkpointActsLine,
  checkpointCatalogLine,
  checkpointLine,
  checkpointSeal,
  type SignedAccount,
  type SignedVersion,
} from '../../contract/checkpoint';
import { HoldfastError } from '../../contract/errors';
import { shown } from '../../contract/json';
import { MerkleTree } from './merkle-tree';

export interface Checkpoint {
  statement: CheckpointStatement;
  /** The text of the statement, as it was signed. */
  signed: string;
  signature: string;
  accounts: SignedAccount[];
  acts: ActChain[];
  /** Absent if no version was in force, or the catalog isn’t in the file. */
  catalog?: SignedVersion;
}

type Lines = Pick<Checkpoint, 'accounts' | 'acts' | 'catalog'>;

/**
 * Reads a checkpoint that one of the keys has signed.
 *
 * @throws HoldfastError CHECKPOINT_INVALID, CHECKPOINT_KEY_UNKNOWN
 */
export async function readCheckpoint(
  file: string,
  keys: ReadonlyMap<string, KeyObject>,
): Promise<Checkpoint> {
  const tree = new MerkleTree();
  const lines: Lines = { accounts: [], acts: [] };
  let last: string | undefined;
  for await (const line of linesOf(file)) {
    if (last !== undefined) {
      tree.add(last);
      readLine(last, lines, file);
    }
    last = line;
  }
  const { statement, signed, signature, key } = sealIn(last, keys, file);
  if (!verify(null, Buffer.from(signed), key, Buffer.from(signature, 'base64')))
    throw invalid(file, 'its signature doesn’t fit');
  if (statement.accounts !== lines.accounts.length || statement.root !== tree.root())
    throw invalid(file, 'its lines aren’t those that were signed');
  return { statement, signed, signature, ...lines };
}

async function* linesOf(file: string): AsyncGenerator<string> {
  try {
    yield* createInterface({ input: createReadStream(file, 'utf8'), crlfDelay: 0 });
  } catch (error) {
    throw invalid(file, `it can’t be read (${(error as NodeJS.ErrnoException).code})`);
  }
}

/** The line of an account. */
export function lineOf({ accountId, version, link, beginning }: SignedAccount): string {
  return JSON.stringify([accountId, version, link, beginning.version, beginning.digest]);
}

/** The line of an account’s acts. */
export function lineOfActs({ accountId, acts, link, earlier, digest }: ActChain): string {
  return JSON.stringify({ actsOf: accountId, acts, link, earlier, digest });
}

export function catalogLineOf({ version, link }: SignedVersion): string {
  return JSON.stringify({ catalog: { version, link } });
}

/** All lines of the checkpoint but the last, in their order. */
export function linesOfCheckpoint({ accounts, acts, catalog }: Lines): string[] {
  const ofCatalog = catalog === undefined ? [] : [catalogLineOf(catalog)];
  return [...accounts.map(lineOf), ...acts.map(lineOfActs), ...ofCatalog];
}

function readLine(line: string, lines: Lines, file: string): void {
  const said = parsed(line);
  const account = checkpointLine.safeParse(said);
  if (account.success) {
    const [accountId, version, link, beginningVersion, digest] = account.data;
    const beginning = { version: beginningVersion, digest };
    lines.accounts.push({ accountId, version, link, beginning });
    return;
  }
  const acts = checkpointActsLine.safeParse(said);
  if (acts.success) {
    const { actsOf: accountId, ...chain } = acts.data;
    lines.acts.push({ accountId, ...chain });
    return;
  }
  const catalog = checkpointCatalogLine.safeParse(said);
  if (!catalog.success) throw invalid(file, 'a line is none of a checkpoint');
  lines.catalog = catalog.data.catalog;
}

function sealIn(
  line: string | undefined,
  keys: ReadonlyMap<string, KeyObject>,
  file: string,
): Omit<Checkpoint, keyof Lines> & { key: KeyObject } {
  const { success, data } = checkpointSeal.safeParse(parsed(line ?? ''));
  if (!success) throw invalid(file, 'its last line is no signature: it may have been cut off');
  const { signed, signature } = data;
  const key = keys.get(signed.publicKey);
  if (key === undefined) {
    throw new HoldfastError(
      'CHECKPOINT_KEY_UNKNOWN',
      `${shown(file)} was signed with the key ${shown(signed.publicKey)}, which is none of those given.`,
      { file, publicKey: signed.publicKey },
    );
  }
  return { statement: signed, signed: JSON.stringify(signed), signature, key };
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

function invalid(file: string, why: string): HoldfastError {
  return new HoldfastError('CHECKPOINT_INVALID', `${shown(file)} can’t be used: ${why}.`, { file });
}
