import type { Command } from 'commander';
import { purchaseWorkflowId } from '../../../client/client';
import { HoldfastError } from '../../../contract/errors';
import { checkAccountId, checkPurchaseId } from '../../../contract/ids';
import { parseField } from '../../../contract/parse';
import { type PurchaseRecord, purchaseRecord } from '../../../contract/purchase';
import { type CloseByHand, closeByHand, parseCloseByHand } from '../../../contract/stuck';
import { moneyInWords } from '../../../domain/pricing/money';
import { addCommand, type Run } from '../../command';
import { addReasonAndName, type ReasonAndNameOptions } from '../../options';
import { isConfirmed, orUnchanged, UNCHANGED } from '../../terminal/confirmation';
import { timeInWords } from '../../words';

const printed = purchaseRecord.omit({ body: true });
const { status } = closeByHand.shape;

interface CloseOptions extends ReasonAndNameOptions {
  as: CloseByHand['status'];
}

export function addClosePurchase(program: Command, run: Run): void {
  const command = addCommand(
    program,
    'close-purchase',
    'End a purchase that its workflow can’t end',
    [
      'holdfast close-purchase acme order-4711 --as voided --reason "Never charged, ticket 4711" --by sam',
      'holdfast close-purchase acme order-4711 --as returned --reason "Refunded by hand" --by sam --yes --json',
    ],
  )
    .argument('<account>', 'the account id', checkAccountId)
    .argument('<purchase>', 'the purchase id', checkPurchaseId)
    .requiredOption(
      '--as <end>',
      'voided: nothing was taken; returned: the money has gone back',
      (text) => parseField(status, text, '--as'),
    );
  addReasonAndName(command).action(
    run(
      orUnchanged(printed),
      async (
        { connections, screen },
        account: string,
        purchase: string,
        { as, reason, by, yes }: CloseOptions,
      ) => {
        const close = parseCloseByHand({
          accountId: account,
          purchaseId: purchase,
          status: as,
          reason,
          by,
        });
        const ledger = connections.ledger();
        const record = yes ? null : await ledger.purchase(account, purchase);
        if (
          record &&
          isUnfinished(record) &&
          !(await isConfirmed(screen, effectOf(record, as), `Close ${purchase} now?`))
        ) {
          return UNCHANGED;
        }
        const closed = await ledger.interventions.closePurchase(close);
        if (!closed.ok) throw HoldfastError.of(closed.refusal);
        const { value, replayed } = closed;
        return {
          json: value,
          text: [
            outcomeOf(value, as, replayed),
            `In Temporal: ${purchaseWorkflowId(account, purchase)}`,
          ],
        };
      },
    ),
  );
}

/** A purchase that has ended may still have a second payment to be given back. */
function isUnfinished({ resolvedAt, strayPayments = [] }: PurchaseRecord): boolean {
  return resolvedAt === null || strayPayments.some((stray) => stray.status === 'returning');
}

/** The claim that the operator makes: closing by hand asks no payment provider. */
function effectOf(
  { accountId, purchaseId, status: now, priceCents, currency }: PurchaseRecord,
  as: string,
): string {
  const price = currency === null ? '' : ` for ${moneyInWords(priceCents, currency)}`;
  const claim = as === 'voided' ? 'nothing was taken' : 'the money has gone back';
  return `Purchase ${purchaseId} of account ${accountId}${price} is ${now}. Closing it as ${as} says that ${claim}, and nothing is granted for it.`;
}

function outcomeOf(
  { status: ended, reason, resolvedAt }: PurchaseRecord,
  as: string,
  replayed: boolean,
): string {
  if (ended !== as) return `What was paid beside it has gone back; the purchase stays ${ended}.`;
  if (replayed) return `It was ${ended} before, at ${timeInWords(resolvedAt)} (${reason}).`;
  return `Closed as ${ended}: nothing is granted for it.`;
}
