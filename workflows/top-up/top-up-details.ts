import type { PurchaseRequest } from '../../contract/purchase';
import { instantInWords } from '../../domain/time';
import { showDetails } from '../current-details';
import { purchaseWorkflowId } from '../messages';

/** What an operator reads in Temporal's UI. */
export function showBought({ accountId, purchaseId, packId }: PurchaseRequest): void {
  showDetails(
    `**Buying ${packId}.** \`${purchaseWorkflowId(accountId, purchaseId)}\` tells what becomes of it.`,
  );
}

export function showLater(retryAt: string): void {
  showDetails(
    `**Waiting.** The last payment was declined; nothing is charged before ${instantInWords(retryAt)}, ` +
      'unless the top-up is set again before.',
  );
}

export function showNone(reason: string): void {
  showDetails(`**Nothing bought: ${reason}.**`);
}
