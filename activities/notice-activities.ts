import { ApplicationFailure } from '@temporalio/activity';
import { checkAccountId } from '../contract/ids';
import type { Notice } from '../contract/notice';
import type { Outcome } from '../contract/outcome';
import { lineOf, PROVIDER_NOT_ANSWERING, reasonOf } from '../contract/provider-answer';
import type { Ledger } from '../ledger/ledger';
import type { Notifier } from '../providers/notifier';
import { PermanentNotifierError } from '../providers/provider-errors';
import { asActivity } from './support/as-activity';
import { SLOW_CALL_MS_MAX } from './support/call-deadline';
import { ProviderCalls, ProviderNotAnswering } from './support/provider-calls';
import { parsedActivity } from './support/refusals';
import { errorFromThrown, isThrown, memberOf } from './support/thrown';

export interface SettleNoticeInput {
  accountId: string;
  noticeId: number;
  /** Why the notice was given up; null if it was delivered. */
  reason: string | null;
}

export interface NoticeActivities {
  /** The account's oldest notice that is neither delivered nor given up; null if there is none. */
  nextNotice(input: { accountId: string }): Promise<Outcome<Notice | null>>;
  /**
   * Delivers a notice once more.
   *
   * @throws ApplicationFailure PermanentNotifierError (final) or NotifierError (retried), whose
   *   message is kept as the reason if it is the last
   */
  deliverNotice(notice: Notice): Promise<void>;
  /**
   * Records that a notice was delivered or given up. The first record counts; a repetition changes
   * nothing.
   */
  settleNotice(input: SettleNoticeInput): Promise<void>;
}

export function createNoticeActivities({
  ledger,
  notifier,
  callMsMax = SLOW_CALL_MS_MAX,
  calls = new ProviderCalls('notice'),
}: {
  ledger: Ledger;
  notifier: Notifier;
  /** How long one delivery may take; 25,000 by default. */
  callMsMax?: number;
  /** The process's calls of the notifier. */
  calls?: ProviderCalls;
}): NoticeActivities {
  return {
    nextNotice: parsedActivity(parseAccount, async ({ accountId }) => {
      return { ok: true, value: await ledger.notices.next(accountId), replayed: false };
    }),

    async deliverNotice(notice) {
      try {
        await calls.run({ method: 'deliver' }, callMsMax, () => notifier.deliver(notice));
      } catch (error) {
        throw deliveryFailure(error);
      }
    },

    settleNotice: asActivity(({ accountId, noticeId, reason }) =>
      ledger.notices.settle(accountId, noticeId, reason === null ? null : reasonOf(reason)),
    ),
  };
}

/** A caller may start the workflow without Holdfast's client, with any input. */
function parseAccount(raw: unknown): { accountId: string } {
  return { accountId: checkAccountId((raw as { accountId: unknown }).accountId) };
}

const REASON_LENGTH_MAX = 500;

/** The message is kept as the reason if this is the last attempt. */
function deliveryFailure(error: unknown): ApplicationFailure {
  const cause = errorFromThrown(error);
  const said = memberOf(error, 'message');
  const words =
    typeof said === 'string'
      ? said.slice(0, 2 * REASON_LENGTH_MAX).replaceAll('\0', '')
      : cause.message;
  const message = lineOf(words, REASON_LENGTH_MAX) || reasonOf(cause.message);
  const nonRetryable = isThrown(error, PermanentNotifierError);
  const type = nonRetryable ? 'PermanentNotifierError' : retriedType(error);
  return ApplicationFailure.create({ message, type, nonRetryable, cause });
}

function retriedType(error: unknown): string {
  return isThrown(error, ProviderNotAnswering) ? PROVIDER_NOT_ANSWERING : 'NotifierError';
}
