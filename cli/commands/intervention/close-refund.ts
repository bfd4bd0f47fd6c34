import type { Command } from 'commander';
import { refundWorkflowId } from '../../../client/client';
import { HoldfastError } from '../../../contract/errors';
import { checkAccountId, checkOrderId } from '../../../contract/ids';
import { parseRefundOrderClose, refundOrder } from '../../../contract/refund-order';
import { addCommand, type Run } from '../../command';
import { addReasonAndName, type ReasonAndNameOptions } from '../../options';
import { isConfirmed, orUnchanged, UNCHANGED } from '../../terminal/confirmation';
import { timeInWords } from '../../words';

export function addCloseRefund(program: Command, run: Run): void {
  const command = addCommand(
    program,
    'close-refund',
    'End a refund order that the payment provider doesn’t end',
    ['holdfast close-refund acme ticket-4711 --reason "Never made, ticket 4712" --by sam'],
  )
    .argument('<account>', 'the account id', checkAccountId)
    .argument('<order>', 'the order’s id', checkOrderId);
  addReasonAndName(command).action(
    run(
      orUnchanged(refundOrder),
      async (
        { connections, screen },
        account: string,
        order: string,
        { reason, by, yes }: ReasonAndNameOptions,
      ) => {
        const close = parseRefundOrderClose({ accountId: account, orderId: order, reason, by });
        const effect = `Closing order ${order} of account ${account} says that no money goes back by it. What it holds comes back; what the provider has given back all the same is booked with holdfast refund.`;
        if (!yes && !(await isConfirmed(screen, effect, `Close ${order} now?`))) return UNCHANGED;
        const closed = await connections.ledger().refunds.close(close);
        if (!closed.ok) throw HoldfastError.of(closed.refusal);
        const { value, replayed } = closed;
        return {
          json: value,
          text: [
            replayed
              ? `It was closed before, at ${timeInWords(value.resolvedAt)}.`
              : 'Closed: what it held has come back.',
            `In Temporal: ${refundWorkflowId(account, order)}`,
          ],
        };
      },
    ),
  );
}
