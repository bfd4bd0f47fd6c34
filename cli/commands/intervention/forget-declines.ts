import type { Command } from 'commander';
import { HoldfastError } from '../../../contract/errors';
import { checkAccountId } from '../../../contract/ids';
import { forgottenDeclines, parseForgetDeclines } from '../../../contract/operator-limits';
import { addCommand, type Run } from '../../command';
import { addReasonAndName, type ReasonAndNameOptions } from '../../options';
import { isConfirmed, orUnchanged, UNCHANGED } from '../../terminal/confirmation';
import { counted } from '../../words';

export function addForgetDeclines(program: Command, run: Run): void {
  const command = addCommand(
    program,
    'forget-declines',
    'Let an account’s declined payment methods be charged again',
    [
      'holdfast forget-declines acme --reason "A new default card, ticket 4711" --by sam',
      'holdfast forget-declines acme --reason "Ticket 4711" --by sam --yes --json',
    ],
  ).argument('<account>', 'the account id', checkAccountId);
  addReasonAndName(command).action(
    run(
      orUnchanged(forgottenDeclines),
      async (
        { connections, screen },
        account: string,
        { reason, by, yes }: ReasonAndNameOptions,
      ) => {
        const forget = parseForgetDeclines({ accountId: account, reason, by });
        const effect = `Payment methods of account ${account} that the provider has refused for good may be charged again, and its declines are counted anew.`;
        if (!yes && !(await isConfirmed(screen, effect, 'Forget them now?'))) return UNCHANGED;
        const forgotten = await connections.ledger().interventions.forgetDeclines(forget);
        if (!forgotten.ok) throw HoldfastError.of(forgotten.refusal);
        const { paymentMethods } = forgotten.value;
        const refused = counted(paymentMethods, 'payment method', 'payment methods');
        return {
          json: forgotten.value,
          text: [
            `The declines of account ${account} count no more; ${refused} may be charged again.`,
          ],
        };
      },
    ),
  );
}
