import type { Command } from 'commander';
import { HoldfastError } from '../../../contract/errors';
import { checkAccountId } from '../../../contract/ids';
import { noticeRecord } from '../../../contract/notice';
import { dismissal, parseDismissal } from '../../../contract/stuck';
import { addCommand, type Run } from '../../command';
import { addReasonAndName, type ReasonAndNameOptions, wholeOf } from '../../options';
import { isConfirmed, orUnchanged, UNCHANGED } from '../../terminal/confirmation';

export function addDismissNotice(program: Command, run: Run): void {
  const command = addCommand(
    program,
    'dismiss-notice',
    'Let a notice that could not be delivered rest',
    [
      'holdfast dismiss-notice acme 7 --reason "Told by phone" --by sam',
      'holdfast dismiss-notice acme 7 --reason "Told by phone" --by sam --yes --json',
    ],
  )
    .argument('<account>', 'the account id', checkAccountId)
    .argument(
      '<notice>',
      'its number; `holdfast notices` lists them',
      wholeOf(dismissal.shape.noticeId, 'The notice’s number'),
    );
  addReasonAndName(command).action(
    run(
      orUnchanged(noticeRecord),
      async (
        { connections, screen },
        account: string,
        noticeId: number,
        { reason, by, yes }: ReasonAndNameOptions,
      ) => {
        const dismiss = parseDismissal({ accountId: account, noticeId, reason, by });
        const effect = `Dismissing notice ${noticeId} of account ${account} means that it is never delivered.`;
        if (!yes && !(await isConfirmed(screen, effect, `Dismiss notice ${noticeId} now?`)))
          return UNCHANGED;
        const dismissed = await connections.ledger().interventions.dismissNotice(dismiss);
        if (!dismissed.ok) throw HoldfastError.of(dismissed.refusal);
        const { value, replayed } = dismissed;
        const first = replayed
          ? 'It was dismissed before'
          : `Dismissed: notice ${noticeId} of account ${account}`;
        return { json: value, text: [`${first} (${value.type}, ${value.reason}).`] };
      },
    ),
  );
}
