import type { PoolClient } from 'pg';
import type { Violation } from '../../../contract/audit';
import { applyCatalog } from '../../../ledger/apply-catalog';
import {
  DAY_MS,
  granted,
  HOLD_MS,
  later,
  MINUTE_MS,
  promotion,
  TestLedger,
} from '../ledger-support';

const FEBRUARY = '2030-02-01T00:00:00.000Z';
const WORD = { reason: 'Ticket 4711', by: 'sam' };
const LITE = 'lite-monthly';
const PACK = { packId: 'pack-125', shownPriceCents: 4_900 };

/** The account in which there is one of everything. `ended` is an erased one, whose subscription lapsed. */
export const ACCOUNT = 'acme';
export const ENDED = 'ended';
/** It has used what was refunded, and paid a part of that. */
const DEBTOR = 'debtor';
/** Its packs are disputed: of one the end was moved, one is open, one lost and one won. */
const BUYER = 'buyer';
/** Taken over from another system. */
const ELSEWHERE = 'elsewhere';

/** A ledger at the catalog's prices, with all that can stand in one, and its owner's hands on it. */
export class AuditedLedger {
  #hands: PoolClient | undefined;

  private constructor(readonly books: TestLedger) {}

  static async open(): Promise<AuditedLedger> {
    const audited = new AuditedLedger(await TestLedger.open());
    await audited.#sellWithDebts();
    await audited.#fillBuyersPast();
    await audited.#fillEnded();
    await audited.#fillSubscription();
    await audited.#fillImports();
    await audited.#fillRequests();
    await audited.#fillPurchases();
    await audited.#fillDebtor();
    await audited.#fillBuyer();
    await audited.#fillSettings();
    await audited.#fillActs();
    await audited.#fillRestored();
    return audited;
  }

  async close(): Promise<void> {
    await this.#hands?.query('ROLLBACK');
    this.#hands?.release();
    await this.books.close();
  }

  /** Takes triggers, foreign keys, checks and unique indexes away, in one transaction that never ends. */
  async begin(): Promise<void> {
    this.#hands = await this.books.owner.connect();
    await this.#hands.query('BEGIN');
    await this.#hands.query(WITHOUT_GUARDS);
  }

  /**
   * What the audit finds after the damage, which is then undone. The owner makes it behind the
   * functions' back, once `begin` has been called.
   */
  async findings(damage: string): Promise<Violation[]> {
    const hands = this.#hands as PoolClient;
    await hands.query('SAVEPOINT undamaged');
    try {
      for (const statement of damage.split(';').filter((text) => text.trim() !== '')) {
        const { rowCount } = await hands.query(statement);
        expect([statement, rowCount]).not.toEqual([statement, 0]);
      }
      const { rows } = await hands.query('SELECT holdfast.audit() AS report');
      return rows[0].report.violations;
    } finally {
      await hands.query('ROLLBACK TO undamaged');
    }
  }

  /** The column `place` of the rows that are found by now. */
  async places(query: string): Promise<string[]> {
    const { rows } = await (this.#hands as PoolClient).query(query);
    return rows.map(({ place }) => place);
  }

  reserve(requestId: string, credits: number, body = { kind: 'text-to-image' } as object) {
    return granted(
      this.books.ledger.reserve(
        ACCOUNT,
        requestId,
        { inputHash: 'f00d', ...body } as never,
        { credits, catalogVersion: '1' },
        HOLD_MS,
      ),
    );
  }

  /** Packs may be refunded after they were used; as if it had been so from the beginning. */
  async #sellWithDebts(): Promise<void> {
    await this.books.rewrite(
      `UPDATE holdfast.catalog_versions SET document = document || '{"refund": "debt"}';
       UPDATE holdfast.catalog_versions AS v
       SET document_hash = holdfast.document_hash(v.document), link = holdfast.version_link(NULL, v);
       UPDATE holdfast.operator_acts AS a SET detail = jsonb_set(a.detail, '{hashes,1}',
         to_jsonb(encode((SELECT document_hash FROM holdfast.catalog_versions), 'hex')))
       WHERE a.what = 'catalog';
       DO $$ DECLARE
         v_link bytea;
         v_act  holdfast.operator_acts;
       BEGIN
         FOR v_act IN SELECT * FROM holdfast.operator_acts WHERE account_id = '*' ORDER BY place LOOP
           v_link := holdfast.act_link(v_link, v_act);
           UPDATE holdfast.operator_acts SET link = v_link WHERE act_id = v_act.act_id;
         END LOOP;
         UPDATE holdfast.act_chains SET link = v_link WHERE account_id = '*';
       END $$`,
    );
  }

  async #fillDebtor(): Promise<void> {
    const { ledger } = this.books;
    const paid = { planId: LITE, paymentReference: 'd1' };
    await granted(ledger.subscriptions.subscribe(DEBTOR, 's', paid));
    await granted(ledger.purchases.open(DEBTOR, 'p', PACK));
    await granted(ledger.purchases.settle(DEBTOR, 'p', 'pay-d'));
    const film = { kind: 'ai-avatar', seconds: 570, inputHash: 'x' };
    const quote = { credits: 190, catalogVersion: '1' };
    await granted(ledger.reserve(DEBTOR, 'film', film, quote, HOLD_MS));
    await granted(ledger.commit(DEBTOR, 'film', 190, 'file:///f'));
    const refund = { refundId: 're-d', amountCents: 4_900 };
    await granted(ledger.purchases.bookRefund({ accountId: DEBTOR, purchaseId: 'p', ...refund }));
    await this.#fillOrders();
    const expiresAt = later(FEBRUARY, 20 * DAY_MS);
    await granted(ledger.grant(DEBTOR, 'gift', promotion(15, { expiresAt })));
  }

  async #buyPack(purchaseId: string): Promise<void> {
    const { purchases } = this.books.ledger;
    await granted(purchases.open(BUYER, purchaseId, PACK));
    await granted(purchases.settle(BUYER, purchaseId, `pay-${purchaseId}`));
  }

  #dispute(purchaseId: string, state: 'open' | 'won' | 'lost', more = {}): Promise<unknown> {
    const told = { accountId: BUYER, purchaseId, disputeId: `dp-${purchaseId}`, state };
    return granted(this.books.ledger.purchases.bookDispute({ ...told, ...more }));
  }

  /** A pack that is frozen until its term's end and longer. */
  async #fillBuyersPast(): Promise<void> {
    const { subscriptions } = this.books.ledger;
    const paid = { planId: LITE, paymentReference: 'b1' };
    await granted(subscriptions.subscribe(BUYER, 's', paid));
    await this.#buyPack('old');
    await this.books.advanceClock(MINUTE_MS);
    await this.#dispute('old', 'open');
  }

  async #fillBuyer(): Promise<void> {
    const { subscriptions } = this.books.ledger;
    await granted(subscriptions.expireTerm(BUYER, 's', 1));
    const paid = { planId: LITE, paymentReference: 'b2' };
    await granted(subscriptions.subscribe(BUYER, 's2', paid));
    for (const purchaseId of ['open', 'lost', 'won']) await this.#buyPack(purchaseId);
    await this.books.advanceClock(MINUTE_MS);
    await this.#dispute('old', 'won', WORD);
    await this.#dispute('open', 'open', { amountCents: 1_000 });
    await this.#dispute('lost', 'lost');
    await this.#dispute('won', 'won');
  }

  /** Refunds that were ordered: one of each end. */
  async #fillOrders(): Promise<void> {
    const { refunds, purchases } = this.books.ledger;
    await granted(purchases.open(DEBTOR, 'q', PACK));
    await granted(purchases.settle(DEBTOR, 'q', 'pay-q'));
    for (const orderId of ['made', 'refused', 'closed', 'open'])
      await granted(refunds.open(DEBTOR, orderId, { purchaseId: 'q', amountCents: 500, ...WORD }));
    const refundId = 're-q';
    await granted(
      refunds.settle(DEBTOR, 'made', {
        ...{ state: 'made', refundId, amountCents: 500, currency: 'USD' },
      }),
    );
    await granted(refunds.settle(DEBTOR, 'refused', { state: 'refused', reason: 'no' }));
    await granted(refunds.close({ accountId: DEBTOR, orderId: 'closed', ...WORD }));
  }

  /** Lapsed and booked, with credits that expired, then erased. */
  async #fillEnded(): Promise<void> {
    const { ledger } = this.books;
    const { subscriptions } = ledger;
    const paid = { planId: LITE, paymentReference: 'e1' };
    await granted(subscriptions.subscribe(ENDED, 's', paid));
    await granted(
      ledger.grant(ENDED, 'gift', promotion(5, { expiresAt: later(FEBRUARY, 60_000) })),
    );
    await granted(
      ledger.reserve(
        ENDED,
        'r',
        { kind: 'text-to-image', inputHash: 'x' },
        { credits: 2, catalogVersion: '1' },
        HOLD_MS,
      ),
    );
    await granted(ledger.commit(ENDED, 'r', 2, 'file:///o'));
    await granted(ledger.purchases.open(ENDED, 'p', { ...PACK, paymentMethod: 'card' }));
    await granted(ledger.purchases.close(ENDED, 'p', 'voided', 'changed my mind'));
    await this.books.setClock(later(FEBRUARY, 3 * 60 * MINUTE_MS));
    await granted(subscriptions.expireTerm(ENDED, 's', 1));
    await granted(ledger.interventions.erase({ accountId: ENDED, ...WORD }));
  }

  /** Two accounts that were taken over: one has a subscription in its third cycle. */
  async #fillImports(): Promise<void> {
    const grant = { ...{ type: 'grant', source: 'pack', credits: 125 }, costCents: 4_900 };
    const subscription = {
      ...{ type: 'subscription', subscriptionId: 's', planId: LITE, remaining: 40 },
      ...{ anchor: '2029-12-01T00:00:00Z', paidCycles: 4, payments: ['i3', 'i4'] },
    };
    const accounts = [
      { accountId: ELSEWHERE, lines: { subscription, pack: { ...grant, remaining: 100 } } },
      { accountId: 'opened', lines: { account: { type: 'account' } } },
    ].map(({ accountId, lines }) => ({
      accountId,
      lines: Object.entries(lines).map(([key, body]) => ({ key, body: body as never })),
    }));
    const outcomes = await this.books.ledger.imports.take(accounts, WORD);
    expect(outcomes).toMatchObject([{ ok: true }, { ok: true }, { ok: true }]);
  }

  /** Upgraded, paid ahead, cancelled. */
  async #fillSubscription(): Promise<void> {
    const { subscriptions } = this.books.ledger;
    await granted(
      subscriptions.subscribe(ACCOUNT, 's', {
        planId: LITE,
        paymentReference: 'p1',
        timeZone: 'Europe/Berlin',
      }),
    );
    const better = { planId: 'professional-monthly', paymentReference: 'p2' };
    await this.books.advanceClock(MINUTE_MS);
    await granted(subscriptions.changePlan(ACCOUNT, 's', 'better', better));
    await this.books.advanceClock(MINUTE_MS);
    await granted(subscriptions.renew(ACCOUNT, 's', 'p3', later(FEBRUARY, 3 * 60 * MINUTE_MS)));
    await granted(subscriptions.changePlan(ACCOUNT, 's', 'worse', { planId: LITE }));
    await this.books.advanceClock(MINUTE_MS);
    await granted(subscriptions.cancelAtPeriodEnd(ACCOUNT, 's', 'cancel'));
  }

  /** In every state, out of several grants. */
  async #fillRequests(): Promise<void> {
    const { ledger } = this.books;
    const soon = later(FEBRUARY, 20 * DAY_MS);
    await granted(ledger.grant(ACCOUNT, 'gift', promotion(10, { expiresAt: soon })));
    await granted(
      ledger.grant(ACCOUNT, 'sorry', promotion(7, { source: 'adjustment', expiresAt: undefined })),
    );
    const limits = { creditsMax: 5, creditsPerDay: 9 };
    await granted(
      ledger.grants.byWorkflow(ACCOUNT, 'flow', promotion(4, { expiresAt: soon }), limits, {
        claimedIdentity: '1@host',
      }),
    );
    await granted(ledger.deduct(ACCOUNT, 'back', { credits: 3, reason: 'mistake', by: 'ops' }));
    await this.books.advanceClock(MINUTE_MS);
    await this.reserve('avatar', 20, { kind: 'ai-avatar', seconds: 60 });
    await this.reserve('done', 2);
    await this.reserve('gone', 2);
    await this.reserve('open', 2);
    await this.reserve('hand', 2);
    await this.books.advanceClock(MINUTE_MS);
    await granted(ledger.commit(ACCOUNT, 'avatar', 17, 'file:///a'));
    await granted(ledger.commit(ACCOUNT, 'done', 2, 'file:///o'));
    await granted(ledger.release(ACCOUNT, 'gone', 'cancelled'));
    await granted(ledger.release(ACCOUNT, 'tombstone', 'late'));
    await granted(ledger.interventions.release({ accountId: ACCOUNT, requestId: 'hand', ...WORD }));
  }

  async #fillPurchases(): Promise<void> {
    const { purchases } = this.books.ledger;
    await granted(purchases.open(ACCOUNT, 'bought', PACK));
    await granted(purchases.open(ACCOUNT, 'open', PACK));
    await granted(purchases.open(ACCOUNT, 'declined', { ...PACK, paymentMethod: 'lost-card' }));
    await this.books.advanceClock(MINUTE_MS);
    await granted(purchases.settle(ACCOUNT, 'bought', 'pay-1'));
    await granted(purchases.settle(ACCOUNT, 'bought', 'pay-2'));
    await granted(purchases.close(ACCOUNT, 'declined', 'declined', 'card-lost', true));
    const refund = { accountId: ACCOUNT, purchaseId: 'bought' };
    await granted(purchases.bookRefund({ ...refund, refundId: 're-1', amountCents: 300 }));
    await granted(purchases.bookRefund({ ...refund, refundId: 're-2', amountCents: 200, ...WORD }));
    await granted(purchases.close(ACCOUNT, 'tombstone', 'voided', 'cancelled'));
    await this.#fillEvents();
  }

  async #fillEvents(): Promise<void> {
    const { billing } = this.books.ledger;
    const { rows } = await this.books.owner.query(
      'SELECT reference, subscription_id FROM holdfast.payments WHERE account_id = $1 LIMIT 1',
      [ACCOUNT],
    );
    const told = {
      ...{ source: 'test', type: 'invoice-paid', occurredAt: FEBRUARY, accountId: ACCOUNT },
      ...{ subscriptionId: rows[0].subscription_id, paymentReference: rows[0].reference },
    };
    await granted(billing.record({ ...told, eventId: 'applied' }));
    await granted(billing.record({ ...told, eventId: 'closed', priceId: 'none' }));
    const { source, occurredAt } = told;
    const back = { refundId: 're-3', paymentReference: 'pay-1', amountCents: 1, currency: 'USD' };
    await granted(
      billing.record({
        ...{ source, occurredAt, eventId: 'refunded', type: 'payment-refunded' },
        ...back,
      }),
    );
    const { paymentReference } = back;
    const disputed = { disputeId: 'dp-1', paymentReference, disputeOutcome: 'won' as const };
    await granted(
      billing.record({
        ...{ source, occurredAt, eventId: 'disputed', type: 'dispute-closed' },
        ...disputed,
      }),
    );
    for (const eventId of ['applied', 'closed', 'refunded', 'disputed'])
      await granted(billing.apply({ source: 'test', eventId }, 'live'));
    await granted(billing.close({ source: 'test', eventId: 'closed', ...WORD }));
  }

  async #fillSettings(): Promise<void> {
    const { ledger } = this.books;
    const { settings } = ledger;
    await this.books.advanceClock(MINUTE_MS);
    const unused = promotion(6, { expiresAt: later(FEBRUARY, 30 * DAY_MS) });
    await granted(ledger.grant(ACCOUNT, 'later', unused));
    await this.books.advanceClock(MINUTE_MS);
    const of = { accountId: ACCOUNT, key: 'k' };
    await granted(
      settings.setLimits({ ...of, dailyCreditsMax: 5_000, generationCreditsMax: 4_000 }),
    );
    await granted(
      settings.setLowBalance({ ...of, lowBalance: [{ credits: 9_000 }, { credits: 5 }] }),
    );
    const topUp = { packId: 'pack-125', belowCredits: 120, monthlyCapCents: 9_900 };
    await granted(settings.setTopUp({ ...of, topUp: { ...topUp, paymentMethod: 'card' } }));
    const wait = { timeout: 'P1D' };
    const body = { kind: 'ai-avatar', seconds: 9_000, inputHash: 'x' };
    await granted(
      ledger.reserve(
        ACCOUNT,
        'waits',
        body,
        { credits: 3_000, catalogVersion: '1' },
        HOLD_MS,
        wait,
      ),
    );
  }

  async #fillActs(): Promise<void> {
    const { ledger } = this.books;
    const { interventions, settings } = ledger;
    await granted(settings.stop({ accountId: ACCOUNT, kind: 'text-to-speech', ...WORD }));
    await granted(settings.stop({ accountId: ACCOUNT, kind: 'ai-avatar', ...WORD }));
    await granted(settings.admit({ accountId: ACCOUNT, kind: 'ai-avatar', ...WORD }));
    const limits = { dailyCreditsMax: 9_000 };
    await granted(settings.setOperatorLimits({ accountId: ACCOUNT, limits, ...WORD }));
    await ledger.notices.settle(ACCOUNT, 1, 'gone');
    await granted(interventions.dismissNotice({ accountId: ACCOUNT, noticeId: 1, ...WORD }));
    const { catalog } = await ledger.effectiveCatalog();
    const next = { ...catalog, version: 2, effectiveFrom: '2031-01-01T00:00:00.000Z' };
    await applyCatalog(this.books.urls.ownerUrl, [next], WORD);
    const inStead = { accountId: ACCOUNT, key: 'in-stead', dailyCreditsMax: 5_000 };
    await granted(settings.setLimits(inStead, { act: WORD }));
  }

  /** Restored once: something was lost, redone or waived, and the ledger opened. */
  async #fillRestored(): Promise<void> {
    const { restores } = this.books.ledger;
    const lost = { accountId: ACCOUNT, id: 'lost' };
    const said = { kind: 'text-to-image', askedAt: '2020-01-01T00:00:00.000Z' };
    await granted(restores.redo({ ...lost, what: 'admit', said }, WORD));
    await granted(restores.waive({ ...lost, what: 'purchase', ...WORD }));
    // Test databases keep none.
    await this.books.rewrite(
      `INSERT INTO holdfast.ledger_watermark (mark, marked_at, next_xid) VALUES (0, '-infinity', 0)`,
    );
    await restores.open(5, WORD);
  }
}

/** In the transaction alone. */
const WITHOUT_GUARDS = `
  SET LOCAL session_replication_role = 'replica';
  DO $$
  DECLARE
    v_guard record;
  BEGIN
    FOR v_guard IN
      SELECT conrelid::regclass AS place, conname
      FROM pg_constraint
      WHERE connamespace = 'holdfast'::regnamespace AND contype IN ('c', 'u', 'f')
    LOOP
      EXECUTE format('ALTER TABLE %s DROP CONSTRAINT %I CASCADE', v_guard.place, v_guard.conname);
    END LOOP;
    FOR v_guard IN
      SELECT i.indexrelid::regclass AS place
      FROM pg_index AS i
      JOIN pg_class AS c ON c.oid = i.indrelid
      WHERE i.indisunique AND NOT i.indisprimary AND c.relnamespace = 'holdfast'::regnamespace
    LOOP
      EXECUTE format('DROP INDEX %s', v_guard.place);
    END LOOP;
    FOR v_guard IN
      SELECT tgrelid::regclass AS place
      FROM pg_trigger AS t
      JOIN pg_class AS c ON c.oid = t.tgrelid
      WHERE t.tgenabled = 'A' AND c.relnamespace = 'holdfast'::regnamespace
    LOOP
      EXECUTE format('ALTER TABLE %s DISABLE TRIGGER USER', v_guard.place);
    END LOOP;
  END $$`;
