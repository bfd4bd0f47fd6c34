import type { Notice } from '../contract/notice';

/**
 * Tells an account's owner something. A notice is delivered again until this has returned, so it may come twice, always
 * with the same `accountId` and `noticeId`; the account's next one comes only after that. A PermanentNotifierError
 * (providers/provider-errors.ts) gives the notice up at once; any other error is tried again for three days.
 */
export interface Notifier {
  deliver(notice: Notice): Promise<void>;
}

/** Tells nobody but the log. */
export function createLogNotifier(log: {
  info(message: string, attributes: object): void;
}): Notifier {
  return {
    async deliver(notice) {
      log.info(`Notice for account ${notice.accountId}: ${notice.type}.`, { notice });
    },
  };
}
