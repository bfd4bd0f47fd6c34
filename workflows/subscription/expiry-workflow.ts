import { sleep } from '@temporalio/workflow';
import type { ExpiryResult, TermKey } from '../../contract/subscription';
import { instantInWords } from '../../domain/legible';
import { checkWorkflowId } from '../checked-input';
import { showDetails } from '../current-details';
import { expiryWorkflowId } from '../messages';
import { subscriptions } from '../proxies/subscription-proxy';
import { movesBetweenBuilds } from '../versioning';

/**
 * The end of a subscription's term (docs/rules.md, Renewed before lapse): waits for the settlement
 * window, in which a late message of an earlier payment can still renew the term, then books the
 * expiry. Started as `expiry/{account}/{subscription}/{term}`. The ledger decides under its lock;
 * the workflow decides when to ask.
 */
export async function expiryWorkflow(input: TermKey): Promise<ExpiryResult> {
  checkWorkflowId(input, ({ accountId, subscriptionId, term }) =>
    expiryWorkflowId(accountId, subscriptionId, term),
  );
  for (;;) {
    const outcome = await subscriptions.expireTerm(input);
    if (!outcome.ok) {
      showDetails(`**Refused: ${outcome.refusal.code}.** ${outcome.refusal.message}`);
      return { status: 'refused', refusal: outcome.refusal };
    }
    const term = outcome.value;
    if (term.status !== 'waiting') {
      showDetails(
        term.status === 'booked'
          ? `**Booked.** ${term.expired} credits of account ${input.accountId} expired, in ${term.entries} entries.`
          : '**Closed before.** Nothing was left to book.',
      );
      return term;
    }
    const { at, validUntil, waitUntil } = term;
    if (Date.parse(at) < Date.parse(validUntil)) {
      showDetails(
        `**Renewed.** The term goes on until ${instantInWords(validUntil)}; nothing expired.`,
      );
      return { status: 'renewed', term: term.term, expired: 0, entries: 0 };
    }
    showDetails(
      `**Settlement window.** Lapsed at ${instantInWords(validUntil)}. Until ${instantInWords(waitUntil)} a payment made before that still counts; ` +
        'then what is left expires.',
    );
    await sleep(Math.max(1, Date.parse(waitUntil) - Date.parse(at)));
  }
}

movesBetweenBuilds(expiryWorkflow);
