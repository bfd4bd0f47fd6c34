import type { Command } from 'commander';
import { entryNumber, entryProven } from '../../../contract/checkpoint';
import { HoldfastError } from '../../../contract/errors';
import { checkAccountId } from '../../../contract/ids';
import { expectOwnCheckpoint } from '../../checkpoint/compare-with-checkpoint';
import { readPublicKeys } from '../../checkpoint/keys';
import { pathTo } from '../../checkpoint/merkle-tree';
import { lineOf, linesOfCheckpoint, readCheckpoint } from '../../checkpoint/read-checkpoint';
import { addCommand, type Run } from '../../command';
import { wholeOf } from '../../options';

interface ProveOptions {
  in: string;
  publicKey: string[];
}

export function addProve(program: Command, run: Run): void {
  addCommand(program, 'prove', 'Prove to an owner that a checkpoint has an entry', [
    'holdfast prove acme 12 --in 2030-01-01.checkpoint --public-key checkpoint-key.pub.pem --json > proof.json',
  ])
    .argument('<account>', 'the account', checkAccountId)
    .argument('<entry>', 'the number of its entry', wholeOf(entryNumber, '<entry>'))
    .requiredOption('--in <file>', 'the checkpoint')
    .requiredOption(
      '--public-key <file>',
      'a key that may have signed the checkpoint, in PEM; may be repeated',
      (file: string, files: string[] = []) => [...files, file],
    )
    .action(
      run(
        entryProven,
        async ({ connections }, accountId: string, version: number, options: ProveOptions) => {
          const ledger = connections.ledger();
          const checkpoint = await readCheckpoint(options.in, readPublicKeys(options.publicKey));
          await expectOwnCheckpoint(ledger, checkpoint);
          const place = checkpoint.accounts.findIndex((signed) => signed.accountId === accountId);
          const account = checkpoint.accounts[place];
          const { beginning } = account ?? { beginning: { version: 0 } };
          const upto = version <= beginning.version ? beginning.version : account?.version;
          const proof =
            upto !== undefined && version <= upto
              ? await ledger.checkpoints.proof(accountId, version, upto)
              : null;
          if (account === undefined || proof === null) {
            throw new HoldfastError(
              'ENTRY_NOT_SIGNED',
              `The checkpoint of ${checkpoint.statement.at} has no entry ${version} of ${accountId}.`,
              { accountId, version, at: checkpoint.statement.at },
            );
          }
          const { signed, signature } = checkpoint;
          const path = pathTo(linesOfCheckpoint(checkpoint), place);
          const json = { ...proof, line: lineOf(account), path, signed, signature };
          return { json, text: [JSON.stringify(json)] };
        },
      ),
    );
}
