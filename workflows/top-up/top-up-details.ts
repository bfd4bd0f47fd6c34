import type { PurchaseRequest } from '../../contract/purchase';
import { instantInWords } from '../../domain/legible';
import { showDetails } from '../current-details';
import { purchaseWorkflowId } from '../messages';

/** Shows operators that a purchase was started. */
export function showBought({ accountId, purchaseId, packId }: PurchaseRequest): void {
  showDetails(
    `**Buying ${packId}.** \`${purchaseWorkflowId(accountId, purchaseId)}\` tells what becomes of it.`,
  );
}

/** Shows operators until when no further attempt is made. */
export function showLater(retryAt: string): void {
  showDetails(
    `**Waiting.** The last payment was declined; nothing is charged before ${instantInWords(retryAt)}, ` +
      'unless the top-up is set again before.',
  );
}

/** Shows operators why nothing was bought. */
export function showNone(reason: string): void {
  showDetails(`**Nothing bought: ${reason}.**`);
}
