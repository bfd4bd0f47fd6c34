import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { historyToJSON } from '@temporalio/common/lib/proto-utils';
import { createLedger } from '../../../ledger/ledger';
import { version as packageVersion } from '../../../package.json';
import { withoutOrigin } from '../../replay/histories';
import { whileAccountsAreHeld } from '../../replay/scenarios/scenario-support';
import { newNamespace } from '../../support/temporal';
import { type Holdfast, openHoldfast } from '../../workflows/harness';
import { folderOf, isRecorded } from '../fixtures';
import { type KeyedCall, recordingCalls } from '../keyed-calls';
import { type AccountIds, type Readings, readAccount } from '../readings';
import { writePast } from './past';
import { leaveCallsWaiting, leaveWorkflowsOpen, type OpenIds } from './present';
import type { Recording } from './recording';

/**
 * Keeps what this version leaves behind: a dump, the readings of its ledger, and the histories of
 * workflows that are open at the same moment. What was kept of a version is never written again.
 */
const VERSION = `v${packageVersion}`;

interface Kept {
  dump: string;
  readings: Readings;
  calls: KeyedCall[];
  histories: Record<string, string>;
}

test(`${VERSION} is kept`, async () => {
  if (isRecorded(VERSION)) return;
  const holdfast = await openHoldfast({ namespace: await newNamespace('baseline') });
  const calls: KeyedCall[] = [];
  const ledger = recordingCalls(createLedger({ databaseUrl: holdfast.database.ledgerUrl }), calls);
  try {
    const recording = {
      holdfast,
      ledger,
      ownerUrl: holdfast.database.ownerUrl,
      at: clockOf(holdfast),
    };
    await writePast(recording);
    keep(await untilKept(recording, calls));
  } finally {
    await ledger.close();
    await holdfast.close();
  }
});

/** Reads everything while the accounts are held, so that nothing changes meanwhile. */
async function untilKept(recording: Recording, calls: KeyedCall[]): Promise<Kept> {
  const { holdfast } = recording;
  const open = await leaveWorkflowsOpen(recording);
  let kept: Kept | undefined;
  await whileAccountsAreHeld(holdfast, async () => {
    const ids = { ...open, ...(await leaveCallsWaiting(recording)) };
    kept = {
      histories: await historiesOf(holdfast, ids),
      dump: dumpOf(holdfast.database.ownerUrl),
      readings: await readingsOf(holdfast),
      calls,
    };
    expect((await holdfast.ledger.audit()).violations).toEqual([]);
    await endAll(holdfast, ids);
  });
  return kept as Kept;
}

function clockOf({ sql }: Holdfast): Recording['at'] {
  const set = `INSERT INTO holdfast.test_clock (set_to) VALUES ($1)
    ON CONFLICT (only_one) DO UPDATE SET set_to = excluded.set_to`;
  return async (iso) => {
    await sql(set, [iso]);
  };
}

async function historiesOf({ temporal }: Holdfast, ids: OpenIds): Promise<Record<string, string>> {
  const histories: Record<string, string> = {};
  for (const [name, workflowId] of Object.entries(ids)) {
    const handle = temporal.client.workflow.getHandle(workflowId);
    const { status } = await handle.describe();
    expect({ name, status: status.name }).toEqual({ name, status: 'RUNNING' });
    histories[name] = withoutOrigin(historyToJSON(await handle.fetchHistory()));
  }
  return histories;
}

/**
 * The dump as INSERTs, without psql's own commands, because the tests restore it through the
 * driver.
 */
function dumpOf(databaseUrl: string): string {
  const dump = execFileSync('pg_dump', ['--no-owner', '--inserts', databaseUrl], {
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  return dump.replaceAll(/^\\(un)?restrict .*\n/gm, '');
}

async function readingsOf({ ledger, sql }: Holdfast): Promise<Readings> {
  const readings: Readings = {};
  const accounts = await sql<{ account_id: string }>(
    'SELECT account_id FROM holdfast.accounts ORDER BY account_id',
  );
  for (const { account_id } of accounts) {
    readings[account_id] = await readAccount(ledger, account_id, await idsOf(sql, account_id));
  }
  return readings;
}

async function idsOf(sql: Holdfast['sql'], accountId: string): Promise<AccountIds> {
  const ids = async (table: string, column: string) => {
    const text = `SELECT ${column} AS id FROM holdfast.${table} WHERE account_id = $1 ORDER BY 1`;
    return (await sql<{ id: string }>(text, [accountId])).map(({ id }) => id);
  };
  return {
    requests: await ids('reservations', 'request_id'),
    purchases: await ids('purchases', 'purchase_id'),
    subscriptions: await ids('subscriptions', 'subscription_id'),
  };
}

async function endAll({ temporal }: Holdfast, ids: OpenIds): Promise<void> {
  for (const workflowId of Object.values(ids)) {
    await temporal.client.workflow
      .getHandle(workflowId)
      .terminate()
      .catch(() => undefined);
  }
}

/** Writes everything or nothing, because the parts of a baseline belong to one moment. */
function keep({ dump, readings, calls, histories }: Kept): void {
  const folder = mkdtempSync(join(folderOf('.'), 'recording-'));
  const write = (file: string, text: string) =>
    writeFileSync(join(folder, file), `${text.trimEnd()}\n`);
  write('dump.sql', dump);
  write('readings.json', JSON.stringify(readings, null, 1));
  write('commands.json', JSON.stringify(calls, null, 1));
  mkdirSync(join(folder, 'histories'));
  for (const [name, history] of Object.entries(histories))
    write(join('histories', `${name}.json`), history);
  renameSync(folder, folderOf(VERSION));
}
