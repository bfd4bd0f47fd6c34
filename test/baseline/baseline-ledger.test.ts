import { Client } from 'pg';
import { createLedger, type Ledger, type Outcome } from '../../ledger/ledger';
import { brokenIn } from '../ledger/ledger-support';
import type { TestDatabase } from '../support/database';
import { eventually } from '../support/eventually';
import { baselines, commandsOf, readingsOf } from './fixtures';
import { repeatCall } from './keyed-calls';
import { idsIn, readAccount } from './readings';
import { advanceClock, ask, migrateHere, restoreDump, restoreMigrated } from './restored';

const HOLD_MS = 600_000;
const PAGE = 1_000;
/** Longer than a dump's open settlement window. */
const HOURS_LATER_MS = 2 * 3_600_000;

test('the baselines include v0.1.0', () => {
  expect(baselines()).toContain('v0.1.0');
});

describe.each(baselines())('the dump of %s', (version) => {
  let database: TestDatabase;
  let ledger: Ledger;
  const readings = readingsOf(version);
  const accounts = Object.keys(readings);

  async function open(restore: (version: string) => Promise<TestDatabase>): Promise<void> {
    database = await restore(version);
    ledger = createLedger({ databaseUrl: database.ledgerUrl });
  }

  async function spendAll(accountId: string): Promise<void> {
    const { available: credits } = await ledger.balance(accountId);
    await taken(ledger.deduct(accountId, 'spent', { credits, reason: 'spent', by: 'test' }));
  }

  async function expectClean(): Promise<void> {
    expect(await brokenIn(ledger)).toEqual([]);
  }

  afterEach(async () => {
    await ledger.close();
    await database.drop();
  });

  test('has rows in every table, and the migrations keep them', async () => {
    await open(restoreDump);
    const tables = await rowsPerTable(database);
    expect(tables.filter(({ rows }) => rows === 0)).toEqual([]);
    // v0.1.0 has 19. Later versions have more.
    expect(tables.length).toBeGreaterThanOrEqual(19);
    await migrateHere(database);
    expect(await migrateHere(database)).toEqual([]);
    // A migration may add rows, and takes none away.
    const after = new Map((await rowsPerTable(database)).map(({ name, rows }) => [name, rows]));
    expect(tables.filter(({ name, rows }) => rows > (after.get(name) ?? 0))).toEqual([]);
    await expectClean();
  });

  test('is migrated once the operations that have begun have ended', async () => {
    await open(restoreDump);
    const operation = new Client({ connectionString: database.ownerUrl });
    await operation.connect();
    try {
      await operation.query('BEGIN');
      await operation.query('SELECT FROM holdfast.accounts FOR NO KEY UPDATE');
      const applied = migrateHere(database);
      await eventually(async () => {
        const waiting = await ask(
          database,
          "SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'",
        );
        return waiting.length > 0;
      });
      await operation.query('SELECT FROM holdfast.purchases FOR NO KEY UPDATE');
      await operation.query('COMMIT');
      expect(await applied).toContain('Applying migration 0016_acts.sql');
    } finally {
      await operation.end();
    }
  });

  test('has the acts of operators that were kept elsewhere, without a login', async () => {
    await open(restoreMigrated);
    const { acts } = await ledger.acts.read({ limit: PAGE });
    const [migration, ...earlier] = acts;
    expect(migration).toMatchObject({ what: 'migrate', login: expect.any(String) });
    expect(new Set(earlier.map(({ what }) => what))).toEqual(new Set(['grant', 'deduct', 'stop']));
    for (const act of earlier) {
      expect(act).toMatchObject({
        ...{ reason: expect.any(String), by: expect.any(String) },
        ...{ login: null, claimedIdentity: null },
      });
    }
  });

  test('gives the same readings as then after it is migrated', async () => {
    await open(restoreMigrated);
    expect(accounts.length).toBeGreaterThanOrEqual(24);
    expect((await ledger.audit()).accounts).toBe(accounts.length);
    for (const [accountId, reading] of Object.entries(readings)) {
      const now = await readAccount(ledger, accountId, idsIn(reading));
      // Answers may have grown; nothing may be missing from them or differ.
      expect({ accountId, ...now }).toMatchObject({ accountId, ...reading });
    }
    expect(Object.keys(await ledger.accountStamps(accounts))).toHaveLength(accounts.length);
  });

  test('repeats the first answer under every key that was used', async () => {
    await open(restoreMigrated);
    const commands = commandsOf(version);
    expect(commands.length).toBeGreaterThanOrEqual(60);
    for (const command of commands) {
      const again = await repeatCall(ledger, command);
      const expected = { call: command.call, args: command.args, ok: true, replayed: true };
      expect({ ...command, ...again }).toMatchObject(expected);
      // The answer about a request or a purchase is its present record.
      if (isKeptAnswer(command.call)) expect(again).toMatchObject({ value: command.value });
    }
    await expectClean();
  });

  test('has open reservations that can be committed, and waiting requests that can be resumed or released', async () => {
    await open(restoreMigrated);
    const { catalogVersion } = await ledger.effectiveCatalog();
    let committed = 0;
    for (const accountId of accounts) {
      for (const request of await ledger.openRequests(accountId)) {
        if (request.status !== 'open') continue;
        const charged = request.reserved - 1;
        const outcome = await taken(
          ledger.commit(accountId, request.requestId, charged, 'https://files.example/now'),
        );
        expect(outcome).toMatchObject({ status: 'committed', charged });
        committed += 1;
      }
    }
    const queues = await Promise.all(accounts.map((accountId) => ledger.waitingQueue(accountId)));
    const waiting = queues.flatMap(({ accountId, tickets }) =>
      tickets.map((ticket) => ({ accountId, ...ticket })),
    );
    for (const [index, { accountId, requestId, required }] of waiting.entries()) {
      if (index % 2 === 1) {
        expect(await taken(ledger.release(accountId, requestId, 'cancelled'))).toMatchObject({
          status: 'released',
        });
        continue;
      }
      await giveCredits(ledger, accountId, required);
      const resumed = await taken(
        ledger.resume(accountId, requestId, { credits: required, catalogVersion }, HOLD_MS),
      );
      expect(resumed).toMatchObject({ status: 'open', reserved: required });
      await taken(ledger.commit(accountId, requestId, required, 'https://files.example/now'));
    }
    expect(committed).toBeGreaterThanOrEqual(2);
    expect(waiting.length).toBeGreaterThanOrEqual(4);
    await expectClean();
  });

  test('has unfinished purchases that can be settled or returned', async () => {
    await open(restoreMigrated);
    const ended = [];
    for (const { accountId, purchaseId, status } of await ledger.upkeep.unfinishedPurchases(
      farLater(),
      null,
      PAGE,
    )) {
      const purchase =
        status === 'open'
          ? ledger.purchases.settle(accountId, purchaseId, `pay-${accountId}`)
          : ledger.purchases.close(accountId, purchaseId, 'returned', 'subscription-ended');
      ended.push((await taken(purchase)).status);
    }
    expect(ended).toEqual(expect.arrayContaining(['granted', 'returned']));
    expect(await ledger.upkeep.unfinishedPurchases(farLater(), null, PAGE)).toEqual([]);
    await expectClean();
  });

  test('has a due cycle, a term in its settlement window and an ended grant that can be booked', async () => {
    await open(restoreMigrated);
    const { now } = await ledger.holds.scope();
    const due = { accountId: 'missed-cycle', subscriptionId: 's-1' };
    expect(await ledger.upkeep.dueCycles(now, null, PAGE)).toContainEqual(
      expect.objectContaining(due),
    );
    const cycles = await taken(ledger.subscriptions.grantCycles('missed-cycle', 's-1'));
    expect(cycles.granted).toMatchObject([{ cycle: 2, credits: 180 }]);
    const ended = { accountId: 'ends-soon' };
    expect(await ledger.upkeep.endedGrants(now, null, PAGE)).toContainEqual(
      expect.objectContaining(ended),
    );
    expect(await taken(ledger.expire('ends-soon'))).toMatchObject({ expired: 7, entries: 1 });
    await advanceClock(database, HOURS_LATER_MS);
    const { now: later } = await ledger.holds.scope();
    const over = { accountId: 'leaver', subscriptionId: 's-1', term: 1 };
    expect(await ledger.upkeep.dueExpiries(now, null, PAGE)).toEqual([]);
    expect(await ledger.upkeep.dueExpiries(later, null, PAGE)).toContainEqual(
      expect.objectContaining(over),
    );
    const booked = await taken(ledger.subscriptions.expireTerm('leaver', 's-1', 1));
    expect(booked).toMatchObject({ status: 'booked', expired: 180 });
    await expectClean();
  });

  test('has notices and outbox messages that are delivered, and top-ups that go on', async () => {
    await open(restoreMigrated);
    const told: string[] = [];
    const telling = createLedger({
      databaseUrl: database.ledgerUrl,
      deliver: async ({ accountId, kind }) => {
        told.push(`${kind} ${accountId}`);
      },
    });
    try {
      const { now } = await ledger.holds.scope();
      for (const { accountId } of await ledger.outbox.unattended(now, now, null, PAGE)) {
        await telling.outbox.attend(accountId);
      }
    } finally {
      await telling.close();
    }
    const expected = [
      'notices owner',
      'notices stuck-card',
      'notices woken',
      'top-up owner',
      'wake woken',
    ];
    expect(told).toEqual(expect.arrayContaining(expected));
    for (const accountId of accounts) {
      for (
        let notice = await ledger.notices.next(accountId);
        notice;
        notice = await ledger.notices.next(accountId)
      ) {
        await ledger.notices.settle(accountId, notice.noticeId, null);
      }
    }
    // Its threshold is above its pack's credits, which only earlier versions took.
    await spendAll('topper');
    expect(await taken(ledger.topUps.begin('topper'))).toMatchObject({ step: 'later' });
    // Otherwise the audit reports the missed cycle.
    await taken(ledger.subscriptions.grantCycles('missed-cycle', 's-1'));
    await advanceClock(database, HOURS_LATER_MS);
    expect(await taken(ledger.topUps.begin('topper'))).toMatchObject({ step: 'buy' });
    await expectClean();
  });
});

async function rowsPerTable(database: TestDatabase): Promise<{ name: string; rows: number }[]> {
  const names = await ask<{ name: string }>(
    database,
    `SELECT c.relname AS name FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
     WHERE n.nspname NOT LIKE 'pg\\_%' AND n.nspname <> 'information_schema' AND c.relkind IN ('r', 'p') ORDER BY 1`,
  );
  const counted = [];
  for (const { name } of names) {
    const [row] = await ask<{ rows: string }>(
      database,
      `SELECT count(*) AS rows FROM holdfast."${name}"`,
    );
    counted.push({ name, rows: Number(row?.rows) });
  }
  return counted;
}

/** True unless the operation answers with the present record of a request or a purchase. */
function isKeptAnswer(call: string): boolean {
  return !/^(reserve|commit|release|purchases\..*)$/.test(call);
}

async function giveCredits(ledger: Ledger, accountId: string, credits: number): Promise<void> {
  const expiresAt = '2027-06-01T00:00:00.000Z';
  await taken(
    ledger.grant(accountId, 'now', {
      credits,
      source: 'promotion',
      reason: 'now',
      by: 'test',
      expiresAt,
    }),
  );
}

function farLater(): string {
  return '2100-01-01T00:00:00.000Z';
}

async function taken<T>(outcome: Promise<Outcome<T>>): Promise<T> {
  const settled = await outcome;
  if (!settled.ok) throw new Error(`${settled.refusal.code}: ${settled.refusal.message}`);
  return settled.value;
}
