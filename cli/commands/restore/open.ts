import type { Command } from 'commander';
import { opened, parseActOfRestore } from '../../../contract/restore';
import { isRestored, restoredInWords, type Watermark } from '../../../contract/watermark';
import { addCommand, type Run } from '../../command';
import { addReasonAndName, type ReasonAndNameOptions } from '../../options';
import { isConfirmed, orUnchanged, UNCHANGED } from '../../terminal/confirmation';
import { watermarksOf } from './compared';

export function addOpen(restore: Command, run: Run): void {
  const command = addCommand(
    restore,
    'open',
    'Let a restored ledger charge, tell and generate again; every other copy is closed',
    ['holdfast restore open --reason "Restored and compared, ticket 4711" --by sam'],
  );
  addReasonAndName(command).action(
    run(
      orUnchanged(opened),
      async ({ connections, screen }, { reason, by, yes }: ReasonAndNameOptions) => {
        const words = parseActOfRestore({ reason, by });
        const { restores } = connections.ledger();
        const { own, told } = await watermarksOf(connections);
        if (!isRestored(own, told)) {
          return { json: { opened: false, ledger: own }, text: ['The ledger is open.'] };
        }
        const effect = restoredInWords(own as Watermark, told as Watermark);
        if (!yes && !(await isConfirmed(screen, effect, 'Open it now?'))) return UNCHANGED;
        const reached = await restores.open((told as Watermark).mark, words);
        if (reached !== null) await connections.tellWatermark(reached);
        return {
          json: { opened: true, ledger: reached },
          text: ['The ledger is open: its workers may start. Any other copy of it is closed.'],
        };
      },
    ),
  );
}
