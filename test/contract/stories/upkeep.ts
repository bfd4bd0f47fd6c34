import { channel } from 'node:diagnostics_channel';
import { Client } from 'pg';
import { builtInCatalog } from '../../../catalog/catalog';
import type { AuditPage } from '../../../contract/audit';
import type { CatalogVersion } from '../../../contract/catalog';
import { applyCatalog } from '../../../ledger/apply-catalog';
import type { FunctionName, Given, ValueName } from '../../../ledger/connection/calls';
import { Connection } from '../../../ledger/connection/connection';
import { answerIn, statementOf } from '../../../ledger/connection/sql-function';
import { FUNCTIONS } from '../../../ledger/functions';
import { granted, HOLD_MS, later, START } from '../../ledger/ledger-support';
import { ANSWERS_CHANNEL } from '../../support/ledger-answers';
import { FEBRUARY, LITE, type Story } from './story-support';

export const reconciliation: Story = async (books) => {
  const { ledger } = books;
  const identity = { clusterId: 'c', namespaceId: 'n', namespace: 'default' };
  await ledger.ledgerId();
  await ledger.recordedTemporalIdentity();
  await ledger.temporalIdentity(identity);
  await ledger.recordedTemporalIdentity();
  await books.grantPromotion('r', 10);
  await granted(books.reserve('r', 'runs', 8));
  await ledger.holds.scope();
  await ledger.upkeep.openWork(60_000);
  await ledger.appliedMigrations();
  await ledger.holds.due(later(START, HOLD_MS), null, 10);
  await ledger.holds.extend('r', 'runs', HOLD_MS);
  await ledger.holds.take(later(START, 2 * HOLD_MS), 'pass', 10);
  await ledger.holds.noteUnsettled('r', 'runs');
  await ledger.holds.extendAll([{ accountId: 'r', requestId: 'runs' }], HOLD_MS);
  for (const request of ['runs', 'unknown']) await ledger.holds.noteMissing('r', request, 'pass');
  await granted(ledger.release('r', 'runs', 'orphaned'));
  // A message that was handed over is deleted from the outbox.
  await granted(ledger.settings.setTopUp({ accountId: 'r', key: 'k', topUp: null }));
};

export const catalogs: Story = async (books) => {
  const { ledger } = books;
  const built = builtInCatalog()[0] as CatalogVersion;
  const song = { name: 'Song', price: { credits: 1 }, timeLimitSeconds: 60 };
  const kinds = {
    ...built.kinds,
    song: { ...song, cancelled: 'used' as const },
    jingle: { ...song, cancelled: 'free' as const },
  };
  await applyCatalog(books.urls.ownerUrl, [
    { ...built, version: 2, effectiveFrom: '2100-01-01T00:00:00Z', kinds },
  ]);
  for (const version of ['1', '2']) await ledger.catalogVersion(version);
  await ledger.catalogVersion('3').catch(() => undefined);
  await ledger.effectiveCatalog();
  await books.setClock('2101-01-01T00:00:00.000Z');
  await ledger.effectiveCatalog();
  await books.setClock('2019-01-01T00:00:00.000Z');
  await ledger.effectiveCatalog().catch(() => undefined);
};

/** The questions of views and queries, as each query sends them. */
export const queries: Story = async (books) => {
  const worker = new Client({ connectionString: books.urls.ledgerUrl });
  await worker.connect();
  const ask = async (name: FunctionName, given: object) => {
    const { rows } = await worker.query(statementOf(name, FUNCTIONS[name], given));
    channel(ANSWERS_CHANNEL).publish({ name, answers: rows.map(answerIn) });
  };
  try {
    const built = builtInCatalog()[0] as CatalogVersion;
    await ask('catalog_outlook', {
      versions: [{ ...built, version: 3, effectiveFrom: '2200-01-01T00:00:00Z' }],
    });
    await ask('catalog_outlook', { versions: [{ ...built, version: 9 }] });
    await ask('instant', { said: '2030-01-01T00:00:00.123456789Z' });
    await ask('last_version_before', { accountId: 'v', at: START });
    for (const validUntil of ['2000-01-01T00:00:00Z', '2200-01-01T00:00:00Z']) {
      await ask('is_live', { validUntil, lastEntryAt: START });
    }
    await granted(
      books.ledger.subscriptions.subscribe('v', 's', { planId: LITE, paymentReference: 'p1' }),
    );
    for (const planId of [LITE, 'no-plan']) {
      await ask('plan_cycle_from', { accountId: 'v', subscriptionId: 's', planId, from: FEBRUARY });
    }
    await ask('grant_origin', { accountId: 'v', grantId: 1 });
    await granted(books.reserve('v', 'r', 1));
    await ask('versions_of_request', { accountId: 'v', requestId: 'r' });
  } finally {
    await worker.end();
  }
};

/** What is asked of all accounts at once, with a request that waits. */
export const accounts: Story = async (books) => {
  const { accounts: all } = books.ledger;
  await books.grantPromotion('waits-alone', 1);
  await books.park('waits-alone', 'r', 5);
  for (const limit of [1, 1_000]) {
    await all.list({ limit });
    await all.waitingQueues({ limit });
  }
  const { rows } = await books.owner.query<{ id: string }>(
    'SELECT DISTINCT request_id AS id FROM holdfast.reservations',
  );
  for (const { id } of rows) await all.requestsNamed(id);
};

/** Pages of checkpoints, of entries from before links were kept as well, and of what is missing. */
export const checkpoints: Story = async (books) => {
  const operator = new Connection({ databaseUrl: books.urls.operatorUrl });
  const ask = <Name extends ValueName>(name: Name, given: Given<Name>) =>
    operator.call(name, given);
  try {
    await books.grantPromotion('before', 5);
    await books.grantPromotion('before', 5);
    await books.rewrite("UPDATE holdfast.entries SET link = NULL WHERE account_id = 'before'");
    for (const limit of [1, 10_000]) await ask('checkpoint_page', { after: '', limit });
    for (const limit of [1, 2, 1]) await ask('begin_journal', { accountId: 'before', limit });
    for (const limit of [1, 3]) {
      await ask('digest_beginning', { accountId: 'before', after: 0, digest: '', limit });
    }
    for (const version of [1, 9]) {
      await ask('entry_proof', { accountId: 'before', version, upto: 2 });
    }
    const gone = { accountId: 'gone', version: 1, link: '' };
    await ask('checkpoint_differences', { accounts: [gone] });
    for (const limit of [1, 10_000]) await ask('checkpoint_acts', { after: '', limit });
    const chain = { accountId: 'gone', acts: 1, link: '', earlier: 0, digest: '' };
    await ask('act_differences', { chains: [chain] });
    for (const version of [undefined, 9]) await ask('checkpoint_version', { version });
    for (const limit of [1, 10_000]) {
      await ask('accounts_begun_before', { after: '', before: '2040-01-01T00:00:00Z', limit });
    }
  } finally {
    await operator.close();
  }
};

/** An audit with findings, in a damaged ledger; and all pages of one that reads an entry each. */
export const damage: Story = async (books) => {
  await books.ledger.audit();
  const operator = new Connection({ databaseUrl: books.urls.operatorUrl });
  try {
    let next: AuditPage['next'] = { from: '', version: null, state: null };
    while (next) {
      const asked = { ...next, isFull: true, entriesMax: 1 };
      ({ next } = (await operator.call('audit_page', asked)) as AuditPage);
    }
  } finally {
    await operator.close();
  }
  await books.owner.query(
    'UPDATE holdfast.accounts SET available = available + 1, granted = granted + 1',
  );
  await books.ledger.audit();
};
