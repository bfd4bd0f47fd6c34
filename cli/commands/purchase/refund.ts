import type { Command } from 'commander';
import { refundWorkflowId } from '../../../client/client';
import { HoldfastError } from '../../../contract/errors';
import {
  checkAccountId,
  checkOrderId,
  checkPurchaseId,
  checkRefundId,
} from '../../../contract/ids';
import { parseRefund, type Refund, refund, refundBody } from '../../../contract/refund';
import { type RefundOrder, refundOrder } from '../../../contract/refund-order';
import { moneyInWords } from '../../../domain/pricing/money';
import { addCommand, type Run } from '../../command';
import type { Connections } from '../../connections';
import { wholeOf } from '../../options';
import type { Answer } from '../../terminal/screen';
import { creditsInWords, timeInWords } from '../../words';

const printed = refund.or(refundOrder);

interface RefundOptions {
  order?: string;
  toldByProvider?: string;
  amountCents: number;
  reason: string;
  by: string;
}

export function addRefund(program: Command, run: Run): void {
  addCommand(
    program,
    'refund',
    'Have money of a pack given back, or book that it has gone back, once',
    [
      'holdfast refund acme order-4711 --order ticket-4711 --amount-cents 1200 --reason "Ticket 4711" --by sam',
      'holdfast refund acme order-4711 --told-by-provider re_4711 --amount-cents 1200 --reason "Ticket 4711" --by sam',
    ],
  )
    .argument('<account>', 'the account id', checkAccountId)
    .argument('<purchase>', 'the purchase id', checkPurchaseId)
    .option(
      '--order <id>',
      'your own id of it: the payment provider is asked to give the money back, once per id',
      checkOrderId,
    )
    .option(
      '--told-by-provider <refund>',
      'the payment provider’s id of a refund that it has made; it is booked alone',
      checkRefundId,
    )
    .requiredOption(
      '--amount-cents <n>',
      'what goes or has gone back, in minor units',
      wholeOf(refundBody.shape.amountCents, '--amount-cents'),
    )
    .requiredOption('--reason <text>', 'why; shown in the history')
    .requiredOption('--by <name>', 'who orders or tells of it; shown in the history')
    .action(
      run(printed, ({ connections }, account: string, purchase: string, options: RefundOptions) => {
        const { order, toldByProvider, ...said } = options;
        const asked = { accountId: account, purchaseId: purchase, ...said };
        if ((order === undefined) === (toldByProvider === undefined))
          throw new HoldfastError(
            'INVALID_ARGUMENT',
            'Give either --order, to have money given back, or --told-by-provider, to book what has gone back.',
          );
        return order === undefined
          ? book(connections, { ...asked, refundId: toldByProvider })
          : ordered(connections, { ...asked, orderId: order });
      }),
    );
}

async function book(connections: Connections, said: object): Promise<Answer<Refund>> {
  const booked = await connections.ledger().purchases.bookRefund(parseRefund(said));
  if (!booked.ok) throw HoldfastError.of(booked.refusal);
  return { json: booked.value, text: refundInWords(booked.value, booked.replayed) };
}

async function ordered(
  connections: Connections,
  request: Parameters<Awaited<ReturnType<Connections['client']>>['refunds']['order']>[0],
): Promise<Answer<RefundOrder>> {
  const order = await (await connections.client()).refunds.order(request);
  return { json: order, text: orderInWords(order) };
}

function orderInWords(order: RefundOrder): string[] {
  const { status, refund: made, reason, heldCredits, orderId, accountId } = order;
  const inTemporal = `In Temporal: ${refundWorkflowId(accountId, orderId)}`;
  if (made !== null) return [...refundInWords(made, false), inTemporal];
  const money = moneyInWords(order.amountCents, order.currency);
  if (status === 'open')
    return [
      `The payment provider has not decided on ${money} yet. ${creditsInWords(heldCredits)} of the pack are held meanwhile.`,
      inTemporal,
    ];
  const why =
    status === 'closed'
      ? 'An operator has closed it'
      : `The payment provider refuses it (${reason})`;
  return [`${why}: nothing of ${money} has gone back. What was held has come back.`, inTemporal];
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
