import { granted, newId, promotion } from '../ledger-support';
import { PACK, type Shop } from '../purchase/purchase-support';

/** Every secret is a word of its own, so that what is left of it names its field. */
export class Secrets {
  readonly planted: string[] = [];

  /** A text for the field, with a secret. */
  in(field: string): string {
    const secret = `secret-${field}-${newId('s')}`;
    this.planted.push(secret);
    return `What Ada wrote: ${secret}`;
  }

  /** One that looks like a code of the ledger. */
  like(code: string): string {
    const number = newId('s').replace(/\D/g, '');
    const secret = `${code}_${number.replace(/\d/g, (digit) => 'ABCDEFGHIJ'[Number(digit)] ?? '')}`;
    this.planted.push(secret);
    return secret;
  }

  leftIn(dump: string): string[] {
    return this.planted.filter((secret) => dump.includes(secret));
  }
}

const SUBSCRIPTION = { planId: 'lite-monthly', paymentReference: 'p1' };

/** An account in which nothing is open any more, with a secret in every field that takes a text. */
export async function plantSecrets(shop: Shop, account: string, secrets: Secrets): Promise<void> {
  const { books } = shop;
  const { ledger } = books;
  const { interventions, settings, subscriptions, purchases, notices } = ledger;
  const word = (field: string) => ({ reason: secrets.in(field), by: 'sam' });
  const of = (field: string) => ({ accountId: account, ...word(field) });

  await granted(ledger.grant(account, 'g', promotion(60, word('grant'))));
  await granted(ledger.deduct(account, 'd', { credits: 1, ...word('deduct') }));
  await granted(subscriptions.subscribe(account, 's', SUBSCRIPTION));
  const asked = {
    kind: 'text-to-image',
    inputHash: secrets.in('input'),
    metadata: { project: secrets.in('metadata') },
  };
  await granted(books.reserve(account, 'done', 4, asked));
  await granted(ledger.commit(account, 'done', 3, `https://cdn.example/${secrets.in('url')}`));
  await granted(books.reserve(account, 'failed', 4, asked));
  await granted(ledger.release(account, 'failed', secrets.in('provider')));
  await granted(ledger.release(account, 'never-seen', secrets.in('tombstone')));
  await granted(books.reserve(account, 'by-hand', 4, asked));
  const released = { reason: secrets.like('ADA_RELEASED'), by: 'sam' };
  await granted(interventions.release({ accountId: account, requestId: 'by-hand', ...released }));

  await granted(settings.stop({ kind: null, ...of('stop') }));
  await granted(settings.admit({ kind: null, ...of('admit') }));
  await granted(settings.stop({ kind: 'ai-avatar', ...of('standing-stop') }));
  await granted(settings.setOperatorLimits({ limits: { declinesMax: 20 }, ...of('limits') }));
  const paymentMethod = secrets.in('payment-method');
  const topUp = { packId: PACK, belowCredits: 124, monthlyCapCents: 10_000, paymentMethod };
  await granted(settings.setTopUp({ accountId: account, key: 't', topUp }));
  const body = { packId: PACK, shownPriceCents: 4900, paymentMethod };
  await granted(shop.buy(account, 'declined', body));
  await granted(purchases.close(account, 'declined', 'declined', secrets.in('decline'), true));
  await granted(shop.buy(account, 'bought', { ...body, paymentMethod: secrets.in('card') }));
  await granted(shop.settle(account, 'bought'));
  const refund = { purchaseId: 'bought', refundId: 're_1', amountCents: 4900 };
  await granted(purchases.bookRefund({ ...refund, ...of('refund') }));
  await granted(ledger.deduct(account, 'd2', { credits: 100, reason: 'lapsed', by: 'sam' }));
  await granted(settings.setTopUp({ accountId: account, key: 'off', topUp: null }));
  await granted(interventions.forgetDeclines(of('forget')));
  await granted(shop.buy(account, 'again', body));
  await granted(purchases.close(account, 'again', 'declined', secrets.in('decline'), true));
  await granted(settings.setLimits({ accountId: account, key: 'l', dailyCreditsMax: 500 }));

  await notices.settle(account, 1, secrets.in('delivery'));
  await granted(interventions.dismissNotice({ noticeId: 1, ...of('dismissal') }));
  await granted(interventions.endSubscription({ subscriptionId: 's', ...of('end') }));
}

/** All rows of the ledger as text, as a plain dump has them. */
export async function dumpOf({ books }: Shop): Promise<string> {
  const { rows } = await books.owner.query<{ table: string }>(
    `SELECT oid::regclass::text AS table FROM pg_class
     WHERE relnamespace = 'holdfast'::regnamespace AND relkind = 'r'`,
  );
  const tables = rows.map(async ({ table }) => {
    const { rows: lines } = await books.owner.query(`SELECT t::text AS line FROM ${table} AS t`);
    return lines.map(({ line }) => line).join('\n');
  });
  return (await Promise.all(tables)).join('\n');
}

/** The account's journal without what a person wrote, row by row as it is stored. */
export async function storedEntries({ books }: Shop, account: string): Promise<string[]> {
  const { rows } = await books.owner.query(
    'SELECT e::text AS entry FROM holdfast.entries AS e WHERE account_id = $1 ORDER BY version',
    [account],
  );
  return rows.map(({ entry }) => entry);
}
