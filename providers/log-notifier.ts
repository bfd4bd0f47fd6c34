import type { Notifier } from './notifier';

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
