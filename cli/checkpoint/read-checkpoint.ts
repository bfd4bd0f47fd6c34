import { type KeyObject, verify } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import {
  type CheckpointStatement,
  checkpointLine,
  checkpointSeal,
  type SignedAccount,
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
}

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
  const accounts: SignedAccount[] = [];
  let last: string | undefined;
  for await (const line of linesOf(file)) {
    if (last !== undefined) {
      tree.add(last);
      accounts.push(accountIn(last, file));
    }
    last = line;
  }
  const { statement, signed, signature, key } = sealIn(last, keys, file);
  if (!verify(null, Buffer.from(signed), key, Buffer.from(signature, 'base64')))
    throw invalid(file, 'its signature doesn’t fit');
  if (statement.accounts !== accounts.length || statement.root !== tree.root())
    throw invalid(file, 'its lines aren’t those that were signed');
  return { statement, signed, signature, accounts };
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

function accountIn(line: string, file: string): SignedAccount {
  const { success, data } = checkpointLine.safeParse(parsed(line));
  if (!success) throw invalid(file, 'a line is none of a checkpoint');
  const [accountId, version, link, beginningVersion, digest] = data;
  return { accountId, version, link, beginning: { version: beginningVersion, digest } };
}

function sealIn(
  line: string | undefined,
  keys: ReadonlyMap<string, KeyObject>,
  file: string,
): Omit<Checkpoint, 'accounts'> & { key: KeyObject } {
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
