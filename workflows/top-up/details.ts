import { setCurrentDetails } from '@temporalio/workflow';
import type { PurchaseRequest } from '../../contract/purchase';
import { instantInWords } from '../../domain/time';
import { purchaseWorkflowId } from '../messages';

/** What an operator reads in Temporal's UI. */
export function tellBought({ accountId, purchaseId, packId }: PurchaseRequest): void {
  setCurrentDetails(`**Buying ${packId}.** \`${purchaseWorkflowId(accountId, purchaseId)}\` tells what becomes of it.`);
}

export function tellLater(retryAt: string): void {
  setCurrentDetails(
    `**Waiting.** The last payment was declined; nothing is charged before ${instantInWords(retryAt)}, ` +
      'unless the top-up is set again before.',
  );
}

export function tellNone(reason: string): void {
  setCurrentDetails(`**Nothing bought: ${reason}.**`);
}
