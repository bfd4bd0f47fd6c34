import { builtInCatalog } from '../../../catalog/catalog';
import type { CatalogVersion, Pack } from '../../../contract/catalog';
import type { PurchaseBody, PurchaseRecord } from '../../../contract/purchase';
import { applyCatalog } from '../../../ledger/apply-catalog';
import type { Outcome, Purchases } from '../../../ledger/ledger';
import { SubscriptionBooks } from '../subscription/subscription-support';

export const PACK = 'pack-125';
export const BODY: PurchaseBody = { packId: PACK, shownPriceCents: 4900 };

/** A ledger in which accounts have subscriptions and buy packs. */
export class Shop {
  readonly subs: SubscriptionBooks;

  private constructor(subs: SubscriptionBooks) {
    this.subs = subs;
  }

  /** Opens a ledger at START whose catalog is the built-in one with these fields replaced. */
  static async open(catalog: Partial<CatalogVersion> = {}, maxConnections = 10): Promise<Shop> {
    return new Shop(await SubscriptionBooks.open(catalog, maxConnections));
  }

  get books() {
    return this.subs.books;
  }

  get purchases(): Purchases {
    return this.books.ledger.purchases;
  }

  /** Opens a purchase of the pack at its current price. */
  buy(account: string, purchaseId = 'p', body = BODY): Promise<Outcome<PurchaseRecord>> {
    return this.purchases.open(account, purchaseId, body);
  }

  /** Settles the purchase with a payment, by default one that is named after the purchase. */
  settle(
    account: string,
    purchaseId = 'p',
    paymentId = `pay-${purchaseId}`,
  ): Promise<Outcome<PurchaseRecord>> {
    return this.purchases.settle(account, purchaseId, paymentId);
  }

  /** The purchase's record. Throws where there is none. */
  async purchase(account: string, purchaseId = 'p'): Promise<PurchaseRecord> {
    const record = await this.books.ledger.purchase(account, purchaseId);
    if (!record) throw new Error(`${account} has no purchase ${purchaseId}.`);
    return record;
  }

  /** Adds a catalog version from that time on. It sells the pack like this, or with null not at all. */
  async sellFrom(effectiveFrom: string, pack: Pack | null, version = 2): Promise<void> {
    const next = structuredClone({
      ...(builtInCatalog()[0] as CatalogVersion),
      version,
      effectiveFrom,
    });
    if (pack) next.packs[PACK] = pack;
    else delete next.packs[PACK];
    await applyCatalog(this.books.urls.ownerUrl, [next]);
  }

  /** The credits of each of the account's pack grants, oldest first. */
  async packGrants(account: string): Promise<number[]> {
    const { rows } = await this.books.owner.query(
      "SELECT credits::int FROM holdfast.grants WHERE account_id = $1 AND source = 'pack' ORDER BY grant_id",
      [account],
    );
    return rows.map(({ credits }) => credits);
  }
}
