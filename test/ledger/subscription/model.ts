import type { ErrorCode } from '../../../contract/errors';
import type { PurchaseStatus } from '../../../contract/purchase';

export const CYCLE_MS = 10_000;
export const GRACE_MS = 2_000;
export const WINDOW_MS = 5_000;

/**
 * One account's subscriptions and purchases by docs/rules.md, in plain arithmetic. Times are milliseconds since START. Each
 * operation returns the ledger's code for it: `ok` or the refusal's.
 */
export class Model {
  now = 0;
  number = 0;
  term = 0;
  paidCycle = 0;
  paidUntil = 0;
  validUntil = 0;
  cancelled = false;
  closed: 'lapsed' | 'ended-now' | null = 'lapsed';
  /** The start of each paid cycle of the newest subscription. */
  starts: number[] = [];
  /** The end of each term, past or to come. */
  readonly ends = new Map<number, number>();
  readonly purchases = new Map<string, { status: PurchaseStatus; term?: number }>();

  /** True while the term runs and the subscription is not closed. */
  get live(): boolean {
    return !this.closed && this.now < this.validUntil;
  }

  subscribe(): ErrorCode | 'ok' {
    if (this.live) return 'SUBSCRIPTION_EXISTS';
    Object.assign(this, {
      number: this.number + 1,
      paidCycle: 0,
      cancelled: false,
      closed: null,
      starts: [],
    });
    this.#startTerm();
    return 'ok';
  }

  /** Renews the newest subscription, with a payment of that time. */
  renew(paidAt: number): ErrorCode | 'ok' {
    if (this.number === 0) return 'SUBSCRIPTION_NOT_FOUND';
    if (paidAt < (this.starts[0] ?? 0)) return 'PAYMENT_BEFORE_SUBSCRIPTION';
    if (this.closed === 'ended-now') return 'SUBSCRIPTION_ENDED';
    if (!this.closed && paidAt < this.validUntil) this.#pay(this.paidUntil);
    else {
      Object.assign(this, { cancelled: false, closed: null });
      this.#startTerm();
    }
    return 'ok';
  }

  change(what: 'cancel' | 'resume'): ErrorCode | 'ok' {
    if (this.number === 0) return 'SUBSCRIPTION_NOT_FOUND';
    if (this.closed === 'ended-now') return 'SUBSCRIPTION_ENDED';
    if (!this.live) return 'SUBSCRIPTION_LAPSED';
    if (what === 'resume' && !this.cancelled) return 'SUBSCRIPTION_NOT_CANCELLED';
    this.cancelled = what === 'cancel';
    this.#lapseAt(this.cancelled ? Math.max(this.paidUntil, this.now) : this.paidUntil + GRACE_MS);
    return 'ok';
  }

  endNow(): ErrorCode | 'ok' {
    if (this.number === 0) return 'SUBSCRIPTION_NOT_FOUND';
    if (this.closed === 'ended-now') return 'SUBSCRIPTION_ENDED';
    if (this.closed) return 'SUBSCRIPTION_LAPSED';
    this.#lapseAt(Math.min(this.validUntil, this.now));
    this.starts = this.starts.filter((start) => start <= this.now);
    this.closed = 'ended-now';
    return 'ok';
  }

  /** Closes the lapsed subscription once its settlement window is over. */
  expire(): void {
    if (!this.closed && this.now >= this.validUntil + WINDOW_MS) this.closed = 'lapsed';
  }

  open(id: string): ErrorCode | 'ok' {
    if (this.purchases.has(id)) return 'ok';
    if (!this.live) return 'SUBSCRIPTION_REQUIRED';
    this.purchases.set(id, { status: 'open' });
    return 'ok';
  }

  settle(id: string): ErrorCode | 'ok' {
    const status = this.purchases.get(id)?.status;
    if (!status) return 'PURCHASE_NOT_FOUND';
    if (status === 'open' && this.live)
      this.purchases.set(id, { status: 'granted', term: this.term });
    else if (status !== 'granted' && status !== 'returned')
      this.purchases.set(id, { status: 'returning' });
    return 'ok';
  }

  close(id: string, how: 'declined' | 'voided' | 'returned'): ErrorCode | 'ok' {
    const status = this.purchases.get(id)?.status ?? (how === 'voided' ? 'open' : undefined);
    if (!status) return 'PURCHASE_NOT_FOUND';
    if (status !== how && status !== 'open' && !(status === 'returning' && how === 'returned'))
      return 'PURCHASE_RESOLVED';
    this.purchases.set(id, { status: how });
    return 'ok';
  }

  /** The status that the ledger shows for the newest subscription. */
  get status(): string {
    if (this.closed) return 'closed';
    if (this.now >= this.validUntil) return 'lapsed';
    return this.now >= this.paidUntil ? 'grace' : 'active';
  }

  #startTerm(): void {
    this.term += 1;
    this.#pay(this.now);
  }

  #pay(start: number): void {
    this.paidCycle += 1;
    this.starts.push(start);
    this.paidUntil = start + CYCLE_MS;
    this.#lapseAt(this.paidUntil + (this.cancelled ? 0 : GRACE_MS));
  }

  #lapseAt(validUntil: number): void {
    this.validUntil = validUntil;
    this.ends.set(this.term, validUntil);
  }
}
