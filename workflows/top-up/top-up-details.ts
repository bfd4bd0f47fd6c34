import type { PurchaseRequest } from '../../contract/purchase';
import { instantInWords } from '../../domain/time';
import { tell } from '../current-details';
import { purchaseWorkflowId } from '../messages';

/** What an operator reads in Temporal's UI. */
export function tellBought({ accountId, purchaseId, packId }: PurchaseRequest): void {
  tell(`**Buying ${packId}.** \`${purchaseWorkflowId(accountId, purchaseId)}\` tells what becomes of it.`);
}

export function tellLater(retryAt: string): void {
  tell(
    `**Waiting.** The last payment was declined; nothing is charged before ${instantInWords(retryAt)}, ` +
      'unless the top-up is set again before.',
  );
}

export function tellNone(reason: string): void {
  tell(`**Nothing bought: ${reason}.**`);
}
