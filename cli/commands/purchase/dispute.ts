import type { Command } from 'commander';
import {
  type Dispute,
  dispute,
  disputeBody,
  disputeState,
  parseDispute,
} from '../../../contract/dispute';
import { HoldfastError } from '../../../contract/errors';
import { checkAccountId, checkDisputeId, checkPurchaseId } from '../../../contract/ids';
import { parseField } from '../../../contract/parse';
import { moneyInWords } from '../../../domain/pricing/money';
import { addCommand, type Run } from '../../command';
import { wholeOf } from '../../options';
import { creditsInWords, timeInWords } from '../../words';

interface DisputeOptions {
  toldByProvider: string;
  state: Dispute['state'];
  amountCents?: number;
  reason: string;
  by: string;
}

export function addDispute(program: Command, run: Run): void {
  addCommand(program, 'dispute', 'Book how a dispute about a pack stands at the bank', [
    'holdfast dispute acme order-4711 --told-by-provider dp_4711 --state open --reason "Ticket 4711" --by sam',
    'holdfast dispute acme order-4711 --told-by-provider dp_4711 --state won --reason "Ticket 4711" --by sam',
  ])
    .argument('<account>', 'the account id', checkAccountId)
    .argument('<purchase>', 'the purchase id', checkPurchaseId)
    .requiredOption(
      '--told-by-provider <dispute>',
      'the payment provider’s id of the dispute',
      checkDisputeId,
    )
    .requiredOption('--state <state>', 'open, won by you, or lost', stateOf)
    .option(
      '--amount-cents <n>',
      'what it is about, in minor units; all of the price by default',
      wholeOf(disputeBody.shape.amountCents, '--amount-cents'),
    )
    .requiredOption('--reason <text>', 'why; kept with the act')
    .requiredOption('--by <name>', 'who tells of it; kept with the act')
    .action(
      run(
        dispute,
        async (
          { connections },
          account: string,
          purchase: string,
          { toldByProvider, ...said }: DisputeOptions,
        ) => {
          const told = parseDispute({
            ...{ accountId: account, purchaseId: purchase, disputeId: toldByProvider, ...said },
          });
          const booked = await connections.ledger().purchases.bookDispute(told);
          if (!booked.ok) throw HoldfastError.of(booked.refusal);
          return { json: booked.value, text: disputeInWords(booked.value) };
        },
      ),
    );
}

const stateOf = (text: string) => parseField(disputeState, text, '--state');

function disputeInWords(booked: Dispute): string[] {
  const { disputeId, purchaseId, state, amountCents, currency, closedAt } = booked;
  const { frozenCredits, takenCredits, owedCredits } = booked;
  const about = `Dispute ${disputeId} about ${moneyInWords(amountCents, currency)} of purchase ${purchaseId}`;
  if (state === 'open')
    return [
      `${about} is open.`,
      `${creditsInWords(frozenCredits)} of the pack are frozen until it is closed.`,
    ];
  const end = `${about} was ${state} at ${timeInWords(closedAt)}.`;
  if (state === 'won') return [end, 'What it had frozen is given back, or has expired.'];
  const lines = [end, `${creditsInWords(takenCredits)} were unused and are gone.`];
  if (owedCredits > 0)
    lines.push(
      `${creditsInWords(owedCredits)} had been used and are a debt, which the next credits pay.`,
    );
  return lines;
}
