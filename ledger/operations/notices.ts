import type { Notice } from '../../contract/notice';
import type { LedgerCalls } from '../connection/calls';

/** The account's notices: written by the operations that give rise to them, delivered one after the other. */
export class Notices {
  readonly #calls: Pick<LedgerCalls, 'call'>;

  constructor(calls: Pick<LedgerCalls, 'call'>) {
    this.#calls = calls;
  }

  /** The oldest that is neither delivered nor given up; null if there is none. */
  next(accountId: string): Promise<Notice | null> {
    return this.#calls.call('next_notice', [accountId]);
  }

  /** `reason` says why it could not be delivered; null: it was. The first word on a notice stands. */
  async settle(accountId: string, noticeId: number, reason: string | null): Promise<void> {
    await this.#calls.call('settle_notice', [accountId, noticeId, reason]);
  }
}
