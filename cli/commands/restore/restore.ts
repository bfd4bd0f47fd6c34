import type { Command } from 'commander';
import { type Run, withExamples } from '../../command';
import { addCompare } from './compare';
import { addOpen } from './open';
import { addRedo } from './redo';
import { addWaive } from './waive';

/** After the ledger was restored from a backup: see docs/how-to/restore.md. */
export function addRestore(program: Command, run: Run): void {
  const restore = withExamples(
    program
      .command('restore')
      .description('After a restore of the ledger: compare with Temporal, redo, open'),
    [
      'holdfast restore compare',
      'holdfast restore redo --reason "Restored, ticket 4711" --by sam',
      'holdfast restore open --reason "Restored, ticket 4711" --by sam',
    ],
  );
  addCompare(restore, run);
  addRedo(restore, run);
  addWaive(restore, run);
  addOpen(restore, run);
}
