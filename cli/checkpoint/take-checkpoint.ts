import { type KeyObject, sign } from 'node:crypto';
import type {
  CheckpointActs,
  CheckpointPage,
  CheckpointStatement,
} from '../../contract/checkpoint';
import type { Ledger } from '../../ledger/ledger';
import { publicNameOf } from './keys';
import { MerkleTree } from './merkle-tree';
import { catalogLineOf, lineOf, lineOfActs } from './read-checkpoint';

/**
 * Hands over the checkpoint line by line: one for each account, one for the acts of each, one for the
 * catalog, then the signed root. So a file that was cut off has no signature.
 */
export async function takeCheckpoint(
  ledger: Ledger,
  key: KeyObject,
  write: (line: string) => void,
): Promise<CheckpointStatement> {
  const tree = new MerkleTree();
  const add = (line: string) => {
    tree.add(line);
    write(line);
  };
  let at: string | undefined;
  let accounts = 0;
  let entries = 0;
  for (let after: string | null = ''; after !== null; ) {
    const page: CheckpointPage = await ledger.checkpoints.page(after);
    at ??= page.at;
    for (const account of page.accounts) {
      const beginning = account.beginning ?? (await beginningOf(ledger, account.accountId));
      add(lineOf({ ...account, beginning }));
      accounts += 1;
      entries += account.version;
    }
    after = page.next;
  }
  const acts = await addActs(ledger, add);
  const version = await ledger.checkpoints.version();
  if (version !== null) add(catalogLineOf(version));
  const statement: CheckpointStatement = {
    format: 'holdfast-checkpoint-1',
    ledgerId: await ledger.ledgerId(),
    at: at as string,
    accounts,
    entries,
    acts,
    root: tree.root(),
    publicKey: publicNameOf(key),
  };
  const signature = sign(null, Buffer.from(JSON.stringify(statement)), key).toString('base64');
  write(JSON.stringify({ signed: statement, signature }));
  return statement;
}

/** Adds the acts of every account, and answers with how many there are. */
async function addActs(ledger: Ledger, add: (line: string) => void): Promise<number> {
  let acts = 0;
  for (let after: string | null = ''; after !== null; ) {
    const page: CheckpointActs = await ledger.checkpoints.acts(after);
    for (const chain of page.chains) {
      add(lineOfActs(chain));
      acts += chain.acts + chain.earlier;
    }
    after = page.next;
  }
  return acts;
}

async function beginningOf(ledger: Ledger, accountId: string) {
  for (;;) {
    const beginning = await ledger.checkpoints.begin(accountId);
    if (beginning.isWhole) return beginning;
  }
}
