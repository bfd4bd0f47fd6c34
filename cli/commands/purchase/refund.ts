import type { Command } from 'commander';
import { HoldfastError } from '../../../contract/errors';
import { checkAccountId, checkPurchaseId, checkRefundId } from '../../../contract/ids';
import { parseRefund, type Refund, refund, refundBody } from '../../../contract/refund';
import { moneyInWords } from '../../../domain/pricing/money';
import { addCommand, type Run } from '../../command';
import { wholeOf } from '../../options';
import { creditsInWords, timeInWords } from '../../words';

interface RefundOptions {
  toldByProvider: string;
  amountCents: number;
  reason: string;
  by: string;
}

export function addRefund(program: Command, run: Run): void {
  addCommand(program, 'refund', 'Book that money of a pack has gone back, once per refund', [
    'holdfast refund acme order-4711 --told-by-provider re_4711 --amount-cents 1200 --reason "Ticket 4711" --by sam',
  ])
    .argument('<account>', 'the account id', checkAccountId)
    .argument('<purchase>', 'the purchase id', checkPurchaseId)
    .requiredOption(
      '--told-by-provider <refund>',
      'the payment provider’s id of the refund',
      checkRefundId,
    )
    .requiredOption(
      '--amount-cents <n>',
      'what has gone back, in minor units',
      wholeOf(refundBody.shape.amountCents, '--amount-cents'),
    )
    .requiredOption('--reason <text>', 'why; shown in the history')
    .requiredOption('--by <name>', 'who tells of it; shown in the history')
    .action(
      run(
        refund,
        async (
          { connections },
          account: string,
          purchase: string,
          { toldByProvider, amountCents, reason, by }: RefundOptions,
        ) => {
          const told = parseRefund({
            ...{ accountId: account, purchaseId: purchase, refundId: toldByProvider },
            ...{ amountCents, reason, by },
          });
          const booked = await connections.ledger().purchases.bookRefund(told);
          if (!booked.ok) throw HoldfastError.of(booked.refusal);
          return { json: booked.value, text: refundInWords(booked.value, booked.replayed) };
        },
      ),
    );
}

function refundInWords(booked: Refund, replayed: boolean): string[] {
  const { refundId, purchaseId, amountCents, currency, credits, takenCredits, owedCredits, at } =
    booked;
  const money = moneyInWords(amountCents, currency);
  const lines = [
    replayed
      ? `Refund ${refundId} of ${money} was booked before, at ${timeInWords(at)}.`
      : `Refund ${refundId} of ${money} is booked for purchase ${purchaseId}.`,
    `It covers ${creditsInWords(credits)}; ${takenCredits.toLocaleString('en-US')} were unused and are gone.`,
  ];
  if (owedCredits > 0)
    lines.push(
      `${creditsInWords(owedCredits)} had been used and are a debt, which the next credits pay.`,
    );
  if (takenCredits + owedCredits < credits)
    lines.push('The others had been used or had ended. Reserved ones go when they come back.');
  return lines;
}
