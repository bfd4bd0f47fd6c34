import { closeSync, fsyncSync, linkSync, openSync, rmSync, writeSync } from 'node:fs';
import type { Command } from 'commander';
import { HoldfastError } from '../../../contract/errors';
import { shown } from '../../../contract/json';
import { checkpointTaken } from '../../../contract/operation';
import { readSigningKey } from '../../checkpoint/keys';
import { takeCheckpoint } from '../../checkpoint/take-checkpoint';
import { addCommand, type Run } from '../../command';
import { counted } from '../../words';

const STDOUT = '-';

export function addCheckpoint(program: Command, run: Run): void {
  addCommand(program, 'checkpoint', 'Sign what every account’s journal ends with', [
    'holdfast checkpoint 2030-01-01.checkpoint --key checkpoint-key.pem',
    'holdfast checkpoint - --key checkpoint-key.pem | aws s3 cp - s3://bucket/2030-01-01.checkpoint',
  ])
    .argument('<file>', 'a file that isn’t there yet; - for stdout')
    .requiredOption('--key <file>', 'the private Ed25519 key, in PEM')
    .action(
      run(
        checkpointTaken,
        async ({ connections, screen }, file: string, options: { key: string }) => {
          if (file === STDOUT && screen.json) {
            throw new HoldfastError(
              'INVALID_ARGUMENT',
              'The checkpoint on stdout is no JSON document: give a file, or no --json.',
            );
          }
          const key = readSigningKey(options.key);
          const lines: string[] = [];
          const take = (write: (line: string) => void) =>
            takeCheckpoint(connections.ledger(), key, write);
          const taken =
            file === STDOUT
              ? await take((line) => lines.push(line))
              : await writtenWhole(file, take);
          const scope = `${counted(taken.accounts, 'account', 'accounts')} and ${counted(taken.entries, 'entry', 'entries')}`;
          return {
            json: { ...taken, file },
            text: file === STDOUT ? lines : [`Signed ${scope} into ${file}: root ${taken.root}.`],
          };
        },
      ),
    );
}

/** The file is there once it is whole, and replaces none. */
async function writtenWhole<T>(
  file: string,
  action: (write: (line: string) => void) => Promise<T>,
): Promise<T> {
  const partial = `${file}.partial-${process.pid}`;
  try {
    const handle = openSync(partial, 'wx', 0o644);
    let done: T;
    try {
      done = await action((line) => writeSync(handle, `${line}\n`));
      fsyncSync(handle);
    } finally {
      closeSync(handle);
    }
    linkSync(partial, file);
    return done;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (error instanceof HoldfastError || !code?.startsWith('E')) throw error;
    throw new HoldfastError(
      'INVALID_ARGUMENT',
      `${shown(file)} can’t be written (${code}).`,
      { file },
      { cause: error },
    );
  } finally {
    rmSync(partial, { force: true });
  }
}
