import type { Command } from 'commander';
import { restoreComparison } from '../../../contract/restore';
import { addCommand, type Run } from '../../command';
import { EXIT } from '../../errors';
import { addSince, comparedWith, type SinceOption } from './compared';
import { comparisonInWords } from './restore-words';

export function addCompare(restore: Command, run: Run): void {
  const command = addCommand(
    restore,
    'compare',
    'What workflows remember as done and the ledger doesn’t have; changes nothing',
    [
      'holdfast restore compare',
      'holdfast restore compare --since 2030-01-01T09:00:00Z --json | jq .lost',
    ],
  );
  addSince(command).action(
    run(restoreComparison, async ({ connections, screen }, options: SinceOption) => {
      const compared = await comparedWith(connections, screen, options);
      const isWhole = compared.lost.length + compared.unreadable.length === 0;
      return {
        json: compared,
        text: comparisonInWords(compared),
        exitCode: isWhole ? EXIT.done : EXIT.unwanted,
      };
    }),
  );
}
