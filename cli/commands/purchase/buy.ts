import { randomUUID } from 'node:crypto';
import type { Command } from 'commander';
import { z } from 'zod';
import type { HoldfastClient, PurchaseRequest, PurchaseResult } from '../../../client/client';
import { checkAccountId, checkPurchaseId } from '../../../contract/ids';
import { parsePurchase, purchaseRequest, purchaseResult } from '../../../contract/purchase';
import { PAYMENT_SIMULATIONS } from '../../../contract/simulations';
import { addCommand, type Run } from '../../command';
import { EXIT, type ExitCode, withIdsInError } from '../../errors';
import { simulatedPayment } from '../../input';
import { wholeOf } from '../../options';
import { orUnchanged, UNCHANGED } from '../../terminal/confirmation';
import { onInterruption, tryToCancel } from '../../terminal/interruption';
import type { Screen } from '../../terminal/screen';
import { acceptedPrice, offerOf } from './offer';
import { purchaseInWords } from './purchase-words';

const { purchaseId, reason, message } = purchaseResult.shape;

/** A refusal's figures are members beside its code, as with an error. */
const printed = z.union([
  z.looseObject({ purchaseId, status: z.literal('refused'), reason, message }),
  purchaseResult.omit({ accountId: true, purchaseHash: true, message: true, details: true }),
]);

interface BuyOptions {
  shownPriceCents?: number;
  purchaseId?: string;
  simulate?: string;
}

export function addBuy(program: Command, run: Run): void {
  addCommand(
    program,
    'buy',
    'Buy a pack at the price that was shown; Ctrl-C cancels a pending payment',
    [
      'holdfast buy acme pack-125',
      'holdfast buy acme pack-125 --shown-price-cents 4900 --purchase-id order-4711 --json',
      'holdfast buy acme pack-125 --simulate declined',
    ],
  )
    .argument('<account>', 'the account id', checkAccountId)
    .argument('<pack>', 'the pack’s id; `holdfast packs` lists them')
    .option(
      '--shown-price-cents <n>',
      'the price that the buyer saw; without it, it is shown and asked for',
      wholeOf(purchaseRequest.shape.shownPriceCents, '--shown-price-cents'),
    )
    .option(
      '--purchase-id <id>',
      'repeating the command with the same id charges once; random by default',
      checkPurchaseId,
    )
    .option(
      '--simulate <mode>',
      `what the stub provider is to do: ${Object.keys(PAYMENT_SIMULATIONS).join(', ')}`,
    )
    .action(
      run(
        orUnchanged(printed),
        async ({ connections, screen }, account: string, pack: string, options: BuyOptions) => {
          const { purchaseId = `buy-${randomUUID()}`, simulate } = options;
          const paymentMethod = simulate === undefined ? undefined : simulatedPayment(simulate);
          const shownPriceCents =
            options.shownPriceCents ??
            (await acceptedPrice(await offerOf(connections.reader(), account, pack), screen));
          if (shownPriceCents === undefined) return UNCHANGED;
          const request = parsePurchase({
            accountId: account,
            purchaseId,
            packId: pack,
            shownPriceCents,
            paymentMethod,
          });
          const client = await connections.client();
          const result = await withIdsInError({ purchaseId }, buy(client, request, screen));
          return {
            json: withFigures(result),
            text: purchaseInWords(result),
            exitCode: exitCodeOf(result),
          };
        },
      ),
    );
}

async function buy(
  client: HoldfastClient,
  request: PurchaseRequest,
  screen: Screen,
): Promise<PurchaseResult> {
  const { accountId, purchaseId } = request;
  const interruption = onInterruption(screen);
  try {
    const result = await client.purchases.buy(request);
    if (result.status !== 'pending' && result.status !== 'returning') return result;
    // Before the first answer there may be nothing to cancel. A Ctrl-C that came before it counts
    // all the same.
    void interruption.requested.then(() =>
      tryToCancel(() => client.purchases.cancel(accountId, purchaseId), screen),
    );
    if (!screen.json) {
      const waiting = {
        pending: 'the payment provider has not decided yet',
        returning: 'the money goes back',
      };
      screen.note(`Purchase ${purchaseId}: ${waiting[result.status]} …`);
    }
    return await client.purchases.result(accountId, purchaseId);
  } finally {
    interruption.ignore();
  }
}

function withFigures(result: PurchaseResult): z.input<typeof printed> {
  const { purchaseId, status, reason, message, details } = result;
  return status === 'refused'
    ? { ...details, purchaseId, status, reason, message }
    : { ...result, status };
}

function exitCodeOf({ status }: PurchaseResult): ExitCode {
  if (status === 'granted') return EXIT.done;
  return status === 'refused' ? EXIT.refused : EXIT.unwanted;
}
