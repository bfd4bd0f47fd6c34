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
import { searchable } from '../own-search-attributes';
import { beginTopUp } from '../proxies/account-proxy';
import type { purchaseWorkflow } from '../purchase/purchase-workflow';
import { isRunLong } from '../run-length';
import { purchaseRestart } from '../start-options';
import { movesBetweenBuilds } from '../versioning';
import { showBought, showLater, showNone } from './top-up-details';

/**
 * Tops an account up if a top-up is due: starts the purchase whose intent the ledger has recorded,
 * or waits after a decline. Started as `top-up/{account}` when the outbox asks for it. The ledger
 * decides whether, what and when to buy; the workflow decides when to ask.
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
      // Both times are the ledger's: the workflow's clock may differ.
      const delayMs = Date.parse(step.retryAt) - Date.parse(step.at);
      await condition(() => isToldToLookAgain, Math.max(1, delayMs));
      continue;
    }
    if (step.step === 'buy') await startPurchase(step.purchase);
    // A signal that came meanwhile may be about a change that the ledger's answer does not include.
    if (isToldToLookAgain) continue;
    if (step.step === 'none') {
      showNone(step.reason);
      return { status: 'none', reason: step.reason };
    }
    showBought(step.purchase);
    return { status: 'bought', purchaseId: step.purchase.purchaseId };
  }
}

movesBetweenBuilds(topUpWorkflow);

/** Starts the purchase, which outlives this workflow. */
async function startPurchase(purchase: PurchaseRequest): Promise<void> {
  try {
    await startChild<typeof purchaseWorkflow>('purchaseWorkflow', {
      ...searchable(purchaseRestart(purchase, workflowInfo().taskQueue)),
      parentClosePolicy: 'ABANDON',
      cancellationType: 'ABANDON',
    });
  } catch (error) {
    // An earlier step or reconciliation has started it.
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
  }
}
