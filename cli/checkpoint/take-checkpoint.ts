import { type KeyObject, sign } from 'node:crypto';
import type { CheckpointPage, CheckpointStatement } from '../../contract/checkpoint';
import type { Ledger } from '../../ledger/ledger';
import { publicNameOf } from './keys';
import { MerkleTree } from './merkle-tree';
import { lineOf } from './read-checkpoint';

/**
 * Hands over the checkpoint line by line: one for each account, then the signed root. So a file that
 * was cut off has no signature.
 */
export async function takeCheckpoint(
  ledger: Ledger,
  key: KeyObject,
  write: (line: string) => void,
): Promise<CheckpointStatement> {
  const tree = new MerkleTree();
  let at: string | undefined;
  let accounts = 0;
  let entries = 0;
  for (let after: string | null = ''; after !== null; ) {
    const page: CheckpointPage = await ledger.checkpoints.page(after);
    at ??= page.at;
    for (const account of page.accounts) {
      const beginning = account.beginning ?? (await beginningOf(ledger, account.accountId));
      const line = lineOf({ ...account, beginning });
      tree.add(line);
      write(line);
      accounts += 1;
      entries += account.version;
    }
    after = page.next;
  }
  const statement: CheckpointStatement = {
    format: 'holdfast-checkpoint-1',
    ledgerId: await ledger.ledgerId(),
    at: at as string,
    accounts,
    entries,
    root: tree.root(),
    publicKey: publicNameOf(key),
  };
  const signature = sign(null, Buffer.from(JSON.stringify(statement)), key).toString('base64');
  write(JSON.stringify({ signed: statement, signature }));
  return statement;
}

async function beginningOf(ledger: Ledger, accountId: string) {
  for (;;) {
    const beginning = await ledger.checkpoints.begin(accountId);
    if (beginning.isWhole) return beginning;
  }
}
