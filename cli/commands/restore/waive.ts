import type { Command } from 'commander';
import { HoldfastError } from '../../../contract/errors';
import { checkAccountId } from '../../../contract/ids';
import { ALL_ACCOUNTS, parseWaiver, waivedOperation } from '../../../contract/restore';
import { addCommand, type Run } from '../../command';
import { addReasonAndName, type ReasonAndNameOptions } from '../../options';
import { isConfirmed, orUnchanged, UNCHANGED } from '../../terminal/confirmation';

const checkedAccount = (text: string) => (text === ALL_ACCOUNTS ? text : checkAccountId(text));

export function addWaive(restore: Command, run: Run): void {
  const command = addCommand(
    restore,
    'waive',
    'Leave a lost operation as it is: it is neither booked nor listed any more',
    [
      'holdfast restore waive acme generation order-4711 --reason "A gift, ticket 4711" --by sam',
      'holdfast restore waive acme renew pay-31 --reason "Paid back, ticket 4711" --by sam --yes',
    ],
  )
    .argument('<account>', 'the account id; a star for all, of a stop', checkedAccount)
    .argument('<what>', 'generation, grant, purchase, renew, stop, …, as `compare` has it')
    .argument('<id>', 'its id or key');
  addReasonAndName(command).action(
    run(
      orUnchanged(waivedOperation),
      async (
        { connections, screen },
        accountId: string,
        what: string,
        id: string,
        { reason, by, yes }: ReasonAndNameOptions,
      ) => {
        const waiver = parseWaiver({ accountId, what, id, reason, by });
        const effect = `The ${what} ${id} of account ${accountId} will not be booked.`;
        if (!yes && !(await isConfirmed(screen, effect, 'Leave it as it is?'))) return UNCHANGED;
        const waived = await connections.ledger().restores.waive(waiver);
        if (!waived.ok) throw HoldfastError.of(waived.refusal);
        const { value, replayed } = waived;
        return {
          json: value,
          text: [replayed ? `It was ${value.ended} before.` : 'Left as it is.'],
        };
      },
    ),
  );
}
