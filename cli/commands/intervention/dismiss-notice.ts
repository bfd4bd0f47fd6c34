import type { Command } from 'commander';
import { HoldfastError } from '../../../contract/errors';
import { checkAccountId } from '../../../contract/ids';
import { noticeRecord } from '../../../contract/notice';
import { dismissal, parseDismissal } from '../../../contract/stuck';
import type { Run } from '../../command';
import { addCommand } from '../../command';
import { type ReasonAndNameOptions, takesReasonAndName, wholeOf } from '../../options';
import { isAgreed } from '../../terminal/confirmation';
import { LEFT_ALONE, orLeftAlone } from '../../terminal/screen';

export function addDismissNotice(program: Command, run: Run): void {
  const command = addCommand(
    program,
    'dismiss-notice',
    'Let a notice that could not be delivered rest',
    [
      'holdfast dismiss-notice acme 7 --reason "Replayable by phone" --by sam',
      'holdfast dismiss-notice acme 7 --reason "Replayable by phone" --by sam --yes --json',
    ],
  )
    .argument('<account>', 'the account id', checkAccountId)
    .argument(
      '<notice>',
      'its number; `holdfast notices` lists them',
      wholeOf(dismissal.shape.noticeId, 'The notice’s number'),
    );
  takesReasonAndName(command).action(
    run(
      orLeftAlone(noticeRecord),
      async (
        { connections, screen },
        account: string,
        noticeId: number,
        { reason, by, yes }: ReasonAndNameOptions,
      ) => {
        const dismiss = parseDismissal({ accountId: account, noticeId, reason, by });
        const effect = `Dismissing notice ${noticeId} of account ${account} means that it is never delivered.`;
        if (!yes && !(await isAgreed(screen, effect, `Dismiss notice ${noticeId} now?`)))
          return LEFT_ALONE;
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
