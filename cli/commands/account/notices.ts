import type { Command } from 'commander';
import { checkAccountId } from '../../../contract/ids';
import {
  type DisputeTold,
  type Notice,
  type NoticeRecord,
  notices,
  type TopUpFailure,
} from '../../../contract/notice';
import { moneyInWords } from '../../../domain/pricing/money';
import { addCommand, type Run } from '../../command';
import { notOk } from '../../terminal/red';
import type { Cell, Line } from '../../terminal/table';
import { creditsInWords, table, timeInWords } from '../../words';
import { thresholdInWords } from '../settings/settings-words';
import { noneFound } from './none-found';

export function addNotices(program: Command, run: Run): void {
  addCommand(
    program,
    'notices',
    'What an account’s owner was told, the latest 100, newest first, and whether it arrived',
    ['holdfast notices acme', 'holdfast notices acme --json'],
  )
    .argument('<account>', 'the account id', checkAccountId)
    .action(
      run(notices, async ({ connections, screen }, account: string) => {
        const reader = connections.reader();
        const found = await reader.notices(account);
        const text =
          found.length > 0
            ? noticesInWords(found)
            : await noneFound(
                { screen, reader },
                account,
                `Account ${account} has had no notices.`,
              );
        return { json: { notices: found }, text };
      }),
    );
}

function noticesInWords(notices: NoticeRecord[]): Line[] {
  const rows = notices.map((notice) => [
    notice.noticeId,
    timeInWords(notice.at),
    noticeInWords(notice),
    deliveryInWords(notice),
  ]);
  return table(['notice', 'at', 'what', 'delivery'], rows);
}

function noticeInWords(notice: Notice): string {
  switch (notice.type) {
    case 'balance-low': {
      const { left, threshold, thresholdCredits } = notice.data;
      const share = 'percentOfCycle' in threshold ? ` (${creditsInWords(thresholdCredits)})` : '';
      return `balance low: ${creditsInWords(left)} left, ${thresholdInWords(threshold)}${share}`;
    }
    case 'ran-dry': {
      const { left, available, requestId, required } = notice.data;
      if (requestId === undefined || required === undefined)
        return `ran dry: ${creditsInWords(left)} left`;
      return `ran dry: request ${requestId} needed ${creditsInWords(required)}, ${available.toLocaleString('en-US')} available`;
    }
    case 'credits-expiring': {
      const { days, credits, expiresAt, renewBy } = notice.data;
      const renewal = renewBy === null ? 'no renewal keeps them' : 'renew before then to keep them';
      return `credits expiring: ${creditsInWords(credits)} in ${days === 1 ? '1 day' : `${days} days`}, at ${timeInWords(expiresAt)}; ${renewal}`;
    }
    case 'top-up-failed':
      return `top-up failed: ${failureInWords(notice.data)}`;
    case 'dispute':
      return `dispute: ${disputeInWords(notice.data)}`;
  }
}

function failureInWords({
  packId,
  priceCents,
  currency,
  reason,
  retryAt,
  stopped,
}: TopUpFailure): string {
  const pack = `${packId} for ${moneyInWords(priceCents, currency)}, ${reason}`;
  if (stopped) return `${pack}; stopped until it is set again`;
  return retryAt === null ? pack : `${pack}; tried again from ${timeInWords(retryAt)}`;
}

function disputeInWords({ packId, purchaseId, state, expiresAt, ...credits }: DisputeTold): string {
  const changes = Object.entries({
    frozen: credits.frozen,
    'given back': credits.givenBack,
    taken: credits.taken,
    expired: credits.expired,
    owed: credits.owed,
  }).flatMap(([what, count]) => (count > 0 ? `${creditsInWords(count)} ${what}` : []));
  const until = expiresAt === null ? [] : [`valid until ${timeInWords(expiresAt)}`];
  return [`${packId}, purchase ${purchaseId}, is ${state}`, ...changes, ...until].join(', ');
}

function deliveryInWords({ status, settledAt, reason }: NoticeRecord): Cell {
  if (status === 'pending') return 'pending';
  const delivery = `${status} ${timeInWords(settledAt)}${reason === null ? '' : `: ${reason}`}`;
  return status === 'failed' ? notOk(delivery) : delivery;
}
