import type { RequestBody } from '../../../contract/generation';
import { granted, HOLD_MS, later, MINUTE_MS, promotion, START } from '../../ledger/ledger-support';
import { type Story, twice, withMessages } from './story-support';

export const generations: Story = async (books) => {
  const { ledger } = books;
  await withMessages(books, 'a');
  await books.grantPromotion('a', 100);
  const body: RequestBody = {
    ...{
      kind: 'text-to-video-veo3',
      seconds: 2.5,
      audio: true,
      inputHash: 'f00d',
      inputHashKey: 'k1',
    },
    ...{ metadata: { project: 'launch' }, maxCredits: 50 },
  };
  const reserve = (requestId: string, credits: number, said: RequestBody) =>
    ledger.reserve('a', requestId, said, { credits, catalogVersion: '1' }, HOLD_MS);
  await twice(() => granted(reserve('one', 15, body)));
  await reserve('one', 15, { kind: 'text-to-image' });
  await ledger.known('a', 'one', body);
  await ledger.known('a', 'one', { kind: 'text-to-image' });
  await ledger.known('a', 'none', body);
  const asked = { accountId: 'a', requestId: 'new', body, wait: null };
  const quote = { credits: 60, catalogVersion: '1' };
  for (const requestId of ['one', 'new']) {
    await ledger.admissionOutlook({ ...asked, requestId });
    await ledger.admissionOutlook({ ...asked, requestId, quote });
  }
  await granted(reserve('two', 3, { kind: 'text-to-image', audio: false }));
  await ledger.openRequests('a');
  await ledger.accountStamps(['a', 'unknown']);
  await ledger.commit('a', 'one', 16, 'file:///o');
  await twice(() => granted(ledger.commit('a', 'one', 10, 'file:///o')));
  await twice(() => granted(ledger.release('a', 'two', 'failed')));
  await granted(ledger.release('a', 'never-seen', 'late'));
  await ledger.release('a', 'one', 'late');
  // Two at once take the two calls of a process, and the rest travels together.
  const atOnce = ['b', 'c', 'a', 'b'].map((account) =>
    books.reserve(account, 'at-once', 1, { kind: 'text-to-image' }),
  );
  await Promise.all(atOnce);
  for (const request of ['one', 'never-seen', 'unknown']) await ledger.request('a', request);
  for (const account of ['a', 'unknown']) await ledger.balance(account);
  await ledger.balance('a', START);
};

/** Requests that are expected to be refused. */
export const shortages: Story = async (books) => {
  const { ledger } = books;
  await withMessages(books, 's');
  await books.grantPromotion('s', 2);
  const body: RequestBody = { kind: 'text-to-image' };
  const request = { accountId: 's', requestId: 'r', body };
  for (const credits of [2, 3]) {
    const quote = { credits, catalogVersion: '1' };
    await ledger.admissionOutlook({ ...request, quote, wait: null });
    await ledger.refuse('s', 'r', body, quote);
  }
  await granted(books.reserve('s', 'r', 2, body));
  await ledger.refuse('s', 'r', body, { credits: 2, catalogVersion: '1' });
};

export const cancellations: Story = async (books) => {
  const { cancellations: ledger } = books.ledger;
  await withMessages(books, 'c');
  await books.grantPromotion('c', 100);
  for (const requestId of ['used', 'free', 'limited'])
    await granted(books.reserve('c', requestId, 5));
  await ledger.charge('c', 'used', 6);
  await twice(() => granted(ledger.charge('c', 'used', 3)));
  await twice(() => granted(ledger.request('c', 'free', 1)));
  await ledger.request('c', 'limited', 1);
  await ledger.request('unknown', 'unknown', 1);
};

export const queues: Story = async (books) => {
  const { ledger } = books;
  await withMessages(books, 'q');
  await books.grantPromotion('q', 10);
  await granted(books.reserve('q', 'runs', 8));
  await books.park('q', 'first', 5);
  await books.park('q', 'second', 6);
  await books.resume('q', 'first', 5);
  await books.resume('q', 'unknown', 5);
  await ledger.waitingPlace('q', 'second');
  await ledger.waitingPlace('q', null);
  await ledger.openRequests('q');
  await granted(ledger.settings.stop({ accountId: 'q', kind: null, reason: 'fraud', by: 'ops' }));
  for (const account of ['q', 'unknown']) await ledger.waitingQueue(account);
  await ledger.waitingQueue('q', { limit: 1 });
  await granted(ledger.settings.admit({ accountId: 'q', kind: null }));
  await granted(ledger.release('q', 'runs', 'failed'));
  await granted(books.resume('q', 'first', 5));
  await granted(ledger.release('q', 'second', 'cancelled'));

  await books.grantPromotion('lost', 1);
  for (const [index, id] of ['dead', 'next', 'last'].entries())
    await books.park('lost', id, 5 - index);
  books.ended.add('dead');
  books.isCut = false;
  await books.setClock(later(START, 11_000));
  await books.grantPromotion('lost', 3);
  books.isCut = true;
  await books.setClock(START);
};

export const operators: Story = async (books) => {
  const { ledger } = books;
  await withMessages(books, 'o');
  await twice(() =>
    granted(ledger.grant('o', 'gift', promotion(10, { expiresAt: later(START, MINUTE_MS) }))),
  );
  await ledger.grant('o', 'gift', promotion(11));
  await granted(ledger.grant('o', 'more', promotion(20, { source: 'adjustment' })));
  const limits = { creditsMax: 5, creditsPerDay: 5 };
  await twice(() => granted(ledger.grants.byWorkflow('o', 'flow', promotion(5), limits)));
  await ledger.grants.byWorkflow('o', 'flow-2', promotion(5), limits);
  await twice(() =>
    granted(ledger.deduct('o', 'back', { credits: 5, reason: 'mistake', by: 'ops' })),
  );
  await ledger.deduct('o', 'back', { credits: 6, reason: 'mistake', by: 'ops' });
  await ledger.upkeep.endedGrants(later(START, MINUTE_MS), null, 10);
  await books.advanceClock(MINUTE_MS);
  await granted(ledger.expire('o'));
};

export const settings: Story = async (books) => {
  const { settings } = books.ledger;
  const key = { accountId: 'x', key: 'k' };
  await withMessages(books, 'x');
  await books.ledger.accountSettings('x');
  await twice(() =>
    granted(settings.setLimits({ ...key, dailyCreditsMax: 9, generationCreditsMax: 8 })),
  );
  await granted(settings.setLimits({ ...key, key: 'more', concurrentGenerationsMax: 7 }));
  await settings.setLimits({ ...key, dailyCreditsMax: null });
  const lowBalance = [{ credits: 20 }, { percentOfCycle: 10 }];
  await twice(() => granted(settings.setLowBalance({ ...key, lowBalance })));
  await settings.setLowBalance({ ...key, lowBalance: [] });
  const topUp = {
    packId: 'pack-125',
    belowCredits: 5,
    monthlyCapCents: 4_900,
    paymentMethod: 'card',
  };
  await twice(() => granted(settings.setTopUp({ ...key, topUp })));
  await settings.setTopUp({ ...key, key: 'low', topUp: { ...topUp, monthlyCapCents: 1 } });
  const stop = { accountId: null, kind: 'text-to-image', reason: 'outage', by: 'ops' };
  await granted(settings.stop(stop));
  await books.advanceClock(MINUTE_MS);
  await granted(settings.stop(stop));
  await granted(settings.stop({ ...stop, accountId: 'x', kind: null }));
  await settings.stop({ ...stop, kind: 'hologram' });
  await books.ledger.accountSettings('x');
  for (const accountId of [null, 'x']) {
    await twice(() => granted(settings.admit({ accountId, kind: accountId ? null : stop.kind })));
  }
  const expired = { askedAt: START, ageMs: () => 61_000 };
  await settings.admit({ accountId: 'x', kind: null }, { command: expired });
};

/** Every limit of an operator, set and taken away, of an account and of all. */
export const operatorLimits: Story = async (books) => {
  const { settings } = books.ledger;
  const word = { reason: 'fraud', by: 'ops' };
  const limits = {
    ...{ dailyCreditsMax: 1, generationCreditsMax: 2, concurrentGenerationsMax: 3 },
    ...{ topUpMonthlyCapCents: 4, topUpsPerDayMax: 5, topUpPauseSeconds: 6 },
    ...{ declinesMax: 7, purchasesPerDayMax: 8 },
  };
  const none = Object.fromEntries(Object.keys(limits).map((name) => [name, null]));
  await withMessages(books, 'y');
  for (const accountId of ['y', null]) {
    await settings.operatorLimits(accountId);
    await twice(() => granted(settings.setOperatorLimits({ accountId, limits, ...word })));
    await settings.operatorLimits(accountId);
    await books.ledger.accountSettings('y');
    await granted(settings.setOperatorLimits({ accountId, limits: none, ...word }));
    await books.ledger.accountSettings('y');
    await granted(settings.setOperatorLimits({ accountId, limits: null, ...word }));
  }
  await granted(books.ledger.interventions.forgetDeclines({ accountId: 'y', ...word }));
};
