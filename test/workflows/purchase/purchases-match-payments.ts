import type { BookEntry } from '../../../providers/stub-payment/stub-payment-provider';
import { brokenIn } from '../../ledger/ledger-support';
import type { Holdfast } from '../harness';

/** A paid pack, as the purchase, the payment or the journal has it. */
interface Sale {
  /** `purchase/{account}/{purchase}` */
  key: string;
  credits: number;
  amountCents: number;
  currency: string;
}

interface Purchase extends Sale {
  status: string;
  paymentId: string | null;
}

/**
 * Fails unless purchases, payments, journal and balances agree, as they must at the end of any run:
 * every payment that was taken is granted exactly once at its price, or refunded; every grant was
 * paid exactly once; and nothing else was taken.
 */
export async function expectBooksToAgree({ sql, payments, ledger }: Holdfast): Promise<void> {
  const purchases = await sql<Purchase>(
    `SELECT 'purchase/' || account_id || '/' || purchase_id AS key, status, credits::int, price_cents::int AS "amountCents",
       currency, payment_id AS "paymentId" FROM holdfast.purchases`,
  );
  const book = await payments.book();
  expect(purchases.filter(({ status }) => status === 'open' || status === 'returning')).toEqual([]);
  expect(book.filter(({ timesTaken }) => timesTaken > 1)).toEqual([]);
  // A further payment for a purchase has been refunded.
  expect(book.filter(({ second }) => second && !second.refunded)).toEqual([]);
  expect(await sql("SELECT * FROM holdfast.stray_payments WHERE status = 'returning'")).toEqual([]);

  const kept = sorted(
    book.filter(({ timesTaken, refunded }) => timesTaken === 1 && !refunded).map(saleOf),
  );
  expect(sorted(purchases.filter(({ status }) => status === 'granted').map(saleOf))).toEqual(kept);
  expect(await salesOfJournal({ sql })).toEqual(kept.map(withoutPayment));
  expect(await creditsSold({ sql })).toEqual(creditsByAccount(kept));

  const returned = purchases.filter(
    ({ status, paymentId }) => status === 'returned' && paymentId !== null,
  );
  expect(sorted(returned.map(saleOf))).toEqual(
    sorted(book.filter(({ refunded }) => refunded).map(saleOf)),
  );
  expect(await brokenIn(ledger, ['top-up-was-said', 'top-up-failures-add-up'])).toEqual([]);
}

function saleOf(line: BookEntry | Purchase): Sale & { paymentId: string | null } {
  const { amountCents, currency, paymentId } = line;
  // The stub's description of what it sold begins with the credits, e.g. `125 credits`.
  const credits = 'credits' in line ? line.credits : Number.parseInt(line.description, 10);
  return {
    key: 'key' in line ? line.key : line.idempotencyKey,
    credits,
    amountCents,
    currency,
    paymentId,
  };
}

function withoutPayment({ key, credits, amountCents, currency }: Sale): Sale {
  return { key, credits, amountCents, currency };
}

/** The sales by the journal's entries, each with the grant that it made. */
async function salesOfJournal({ sql }: Pick<Holdfast, 'sql'>): Promise<Sale[]> {
  const sales = await sql<Sale>(
    `SELECT 'purchase/' || e.account_id || '/' || split_part(e.reason, ', purchase ', 2) AS key, e.available_delta::int AS credits,
       g.cost_cents::int AS "amountCents", g.currency
     FROM holdfast.entries AS e JOIN holdfast.grants AS g USING (account_id, grant_id)
     WHERE e.type = 'grant' AND g.source = 'pack'`,
  );
  return sorted(sales);
}

/** The credits by account that were granted beside plans and promotions, from the balances. */
async function creditsSold({ sql }: Pick<Holdfast, 'sql'>): Promise<Record<string, number>> {
  const rows = await sql<{ account: string; credits: number }>(
    `SELECT a.account_id AS account, (a.granted - coalesce(sum(g.credits), 0))::int AS credits FROM holdfast.accounts AS a
     LEFT JOIN holdfast.grants AS g ON g.account_id = a.account_id AND g.source <> 'pack' GROUP BY a.account_id, a.granted`,
  );
  return Object.fromEntries(
    rows.filter(({ credits }) => credits !== 0).map(({ account, credits }) => [account, credits]),
  );
}

function creditsByAccount(sales: Sale[]): Record<string, number> {
  const credits: Record<string, number> = {};
  for (const sale of sales) {
    const account = String(sale.key.split('/')[1]);
    credits[account] = (credits[account] ?? 0) + sale.credits;
  }
  return credits;
}

function sorted<T extends Sale>(sales: T[]): T[] {
  return sales.sort((a, b) => (a.key < b.key ? -1 : 1));
}
