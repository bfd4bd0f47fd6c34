import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import {
  condition,
  continueAsNew,
  setHandler,
  startChild,
  workflowInfo,
} from '@temporalio/workflow';
import type { PurchaseRequest } from '../../contract/purchase';
import type { TopUpInput, TopUpResult } from '../../contract/top-up';
import { checkWorkflowId } from '../checked-input';
import { lookAgainSignal, topUpWorkflowId } from '../messages';
import { beginTopUp } from '../proxies/account-proxy';
import type { purchaseWorkflow } from '../purchase/purchase-workflow';
import { isRunLong } from '../run-length';
import { purchaseRestart } from '../start-options';
import { showBought, showLater, showNone } from './top-up-details';

/**
 * Tops an account up, if that is due: starts the purchase of which the ledger has written the intent, or waits while a
 * decline was lately. The ledger decides whether, what and when; this decides when to ask. Started as
 * `top-up/{account}` whenever the ledger calls for it.
 */
export async function topUpWorkflow(input: TopUpInput): Promise<TopUpResult> {
  checkWorkflowId(input, ({ accountId }) => topUpWorkflowId(accountId));
  let isToldToLookAgain = false;
  setHandler(lookAgainSignal, () => {
    isToldToLookAgain = true;
  });
  for (;;) {
    if (isRunLong()) return continueAsNew<typeof topUpWorkflow>({ accountId: input.accountId });
    isToldToLookAgain = false;
    const outcome = await beginTopUp(input.accountId);
    const step = outcome.ok
      ? outcome.value
      : { step: 'none' as const, reason: outcome.refusal.code };
    if (step.step === 'later') {
      showLater(step.retryAt);
      // By the ledger's clock from end to end: this one's may differ.
      const delayMs = Date.parse(step.retryAt) - Date.parse(step.at);
      await condition(() => isToldToLookAgain, Math.max(1, delayMs));
      continue;
    }
    if (step.step === 'buy') await startPurchase(step.purchase);
    // Whoever called meanwhile may have seen what the ledger hadn't decided yet.
    if (isToldToLookAgain) continue;
    if (step.step === 'none') {
      showNone(step.reason);
      return { status: 'none', reason: step.reason };
    }
    showBought(step.purchase);
    return { status: 'bought', purchaseId: step.purchase.purchaseId };
  }
}

/** It goes on whatever becomes of this one. */
async function startPurchase(purchase: PurchaseRequest): Promise<void> {
  try {
    await startChild<typeof purchaseWorkflow>('purchaseWorkflow', {
      ...purchaseRestart(purchase, workflowInfo().taskQueue),
      parentClosePolicy: 'ABANDON',
      cancellationType: 'ABANDON',
    });
  } catch (error) {
    // An earlier look, or reconciliation, was there first.
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
  }
}
