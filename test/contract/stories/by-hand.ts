import { Connection } from '../../../ledger/connection/connection';
import { DAY_MS, granted, HOLD_MS, later, MINUTE_MS, START } from '../../ledger/ledger-support';
import { FEBRUARY, LITE, type Story, twice, withMessages } from './story-support';

const WORD = { reason: 'Ticket 4711', by: 'sam' };
const APRIL = '2030-04-01T00:00:00.000Z';
const PACK = { packId: 'pack-125', shownPriceCents: 4_900 };

/** The operators' journal as the other stories have left it, and acts of every kind of who. */
export const acts: Story = async (books) => {
  const { acts: journal } = books.ledger;
  const { settings } = books.ledger;
  await withMessages(books, 'j');
  const limits = { accountId: 'j', key: 'k', dailyCreditsMax: 1 };
  await twice(() => granted(settings.setLimits(limits, { act: { service: 'studio' } })));
  await settings.setLimits({ ...limits, dailyCreditsMax: 2 }, { act: WORD });
  await journal.confirmReconciliation({ passId: 'pass', claimedIdentity: '1@host', ...WORD });
  // As the migration takes it over from earlier versions.
  await books.owner.query(
    `INSERT INTO holdfast.operator_acts (account_id, what, detail, at)
     VALUES ('h', 'release', '{"id": "earlier"}', now())`,
  );
  await journal.read({ limit: 1 });
  await journal.read({ limit: 1_000 });
};

/** Taken over, known, and refused. */
export const imports: Story = async (books) => {
  const grant = {
    ...{ type: 'grant', source: 'pack', credits: 2, remaining: 1 },
    expiresAt: APRIL,
  };
  const lines = [
    { key: 'made', body: grant as never },
    { key: 'refused', body: { ...grant, expiresAt: START } as never },
  ];
  await twice(() => books.ledger.imports.take([{ accountId: 'elsewhere', lines }], WORD));
};

/** What the other stories come to, of more entries than a page has as well. */
export const reports: Story = async (books) => {
  const { reports } = books.ledger;
  await reports.month('2030-01');
  for (const dry of [true, false]) await reports.burnRates('2030-01', { dry, limit: 1_000 });
  await reports.burnRates('2030-01', { dry: false, limit: 1 });
  const connection = new Connection({ databaseUrl: books.urls.ledgerUrl });
  const month = { fromAt: START, until: APRIL };
  const first = { from: '', version: null, state: null };
  for (const entriesMax of [1, 10, 30, 60])
    await connection.call('report_page', { ...month, ...first, entriesMax });
  await connection.close();
};

/** Everything that can be stuck, found when it is due and then ended by hand. */
export const interventions: Story = async (books) => {
  const { ledger } = books;
  const { interventions: hand, purchases, subscriptions, upkeep } = ledger;
  const look = async (at: string, limit: number) => {
    await books.setClock(at);
    await hand.stuck(limit, MINUTE_MS);
  };
  await hand.stuck(10, MINUTE_MS);
  for (const account of ['h', 'i']) {
    await withMessages(books, account);
    await granted(subscriptions.subscribe(account, 's', { planId: LITE, paymentReference: 'p1' }));
    for (const purchase of ['watched', 'unwatched'])
      await granted(purchases.open(account, purchase, PACK));
    await upkeep.watchPurchase(account, 'watched', 365 * DAY_MS);
  }
  await granted(subscriptions.renew('h', 's', 'p2'));
  await granted(books.reserve('h', 'limited', 5));
  await granted(
    ledger.reserve('h', 'gone', { kind: 'gone' }, { credits: 5, catalogVersion: '1' }, HOLD_MS),
  );
  await books.park('h', 'waits', 1_000, { timeout: 'PT1H' });
  await look(later(START, 1), 10);
  await books.grantPromotion('overdue', 1);
  await books.park('overdue', 'servable', 5);
  await books.grantPromotion('overdue', 10);
  await look(later(START, 2 * MINUTE_MS), 10);
  await hand.overdueHeads(MINUTE_MS, 10);

  const end = { accountId: 'i', subscriptionId: 's', ...WORD };
  await twice(() => granted(hand.endSubscription(end)));
  await hand.endSubscription({ ...end, subscriptionId: 'unknown' });
  await granted(purchases.settle('i', 'watched', 'pay_1'));
  await upkeep.watchPurchase('i', 'watched', 365 * DAY_MS);

  await look(later(START, 8 * DAY_MS), 100);
  await ledger.notices.settle('h', 1, 'gone');
  await look(later(FEBRUARY, DAY_MS), 100);
  await look(APRIL, 100);
  await look(APRIL, 1);

  for (const requestId of ['limited', 'waits']) {
    await twice(() => granted(hand.release({ accountId: 'h', requestId, ...WORD })));
  }
  await hand.release({ accountId: 'h', requestId: 'unknown', ...WORD });
  const close = { accountId: 'h', purchaseId: 'watched', status: 'voided' as const, ...WORD };
  await twice(() => granted(hand.closePurchase(close)));
  await hand.closePurchase({ ...close, purchaseId: 'unknown' });
  await twice(() => granted(hand.dismissNotice({ accountId: 'h', noticeId: 1, ...WORD })));
  await hand.dismissNotice({ accountId: 'h', noticeId: 99, ...WORD });

  await hand.erase({ accountId: 'h', ...WORD });
  await withMessages(books, 'j');
  await twice(() => granted(hand.erase({ accountId: 'j', ...WORD })));
};

/** What a restored ledger has lost, redone, refused and waived; and its watermark. */
export const restored: Story = async (books) => {
  const { restores } = books.ledger;
  await restores.watermark();
  await restores.advance();
  await restores.open(5, WORD);
  await books.rewrite(
    `INSERT INTO holdfast.ledger_watermark (mark, marked_at, next_xid)
     VALUES (0, '-infinity', 0) ON CONFLICT DO NOTHING`,
  );
  await restores.watermark();
  await restores.advance();
  await restores.open(5, WORD);
  await restores.watermark();
  await withMessages(books, 'lost');
  const lost = { accountId: 'lost', what: 'grant', id: 'k' } as const;
  const said = { credits: 1, source: 'promotion', expiresAt: APRIL, ...WORD };
  const states = ['gone', 'open', 'committed', 'released', 'waived'];
  await books.grantPromotion('lost', 100);
  for (const id of states.slice(1, 4)) await granted(books.reserve('lost', id, 1));
  await granted(books.ledger.commit('lost', 'committed', 1, 'file:///o'));
  await granted(books.ledger.release('lost', 'released', 'x'));
  const waived = { ...lost, what: 'generation', id: 'waived', ...WORD } as const;
  await twice(() => granted(restores.waive(waived)));
  await restores.standings(states.map((id) => ({ ...lost, what: 'generation', id })));
  await twice(() => granted(restores.redo({ ...lost, said }, WORD)));
  await granted(restores.waive({ ...lost, ...WORD }));
  await restores.redo({ ...lost, id: 'late', said: { ...said, expiresAt: START } }, WORD);
  const set = { accountId: 'lost', id: 'k' };
  const asked = { askedAt: START };
  for (const [what, to] of [
    ['limits', { dailyCreditsMax: 9 }],
    ['low-balance', [{ credits: 1 }]],
    ['top-up', null],
  ] as const)
    await granted(restores.redo({ ...set, what, said: { set: to, ...asked } }, WORD));
  const stop = { accountId: '*', what: 'stop' as const, id: 'k', said: { kind: null, ...asked } };
  await granted(restores.redo({ ...stop, said: { ...stop.said, ...WORD } }, WORD));
  await granted(restores.redo({ ...stop, what: 'admit' }, WORD));
  await restores.standings([{ ...set, what: 'limits' }, stop]);
  await books.ledger.commit('lost', 'gone', 1, 'file:///o');
  await books.ledger.interventions.stuck(10, MINUTE_MS);
};
