import type { Notice } from '../contract/notice';

/** Delivers notices to an account's owner. */
export interface Notifier {
  /**
   * Delivers one notice. Returning means delivered. It is called again until then, so a notice may
   * arrive twice, always with the same `accountId` and `noticeId`; the account's next notice comes
   * only after it. A PermanentNotifierError (providers/provider-errors.ts) gives the notice up at
   * once. Any other error is retried for three days, at most an hour apart. One call has 30
   * seconds.
   */
  deliver(notice: Notice): Promise<void>;
}

/** Writes notices to the log. */
export function createLogNotifier(log: {
  info(message: string, attributes: object): void;
}): Notifier {
  return {
    async deliver(notice) {
      const { accountId, noticeId, type } = notice;
      const named = { accountId, noticeId, noticeType: type };
      log.info(`Notice for account ${accountId}: ${type}.`, { ...named, notice });
    },
  };
}
