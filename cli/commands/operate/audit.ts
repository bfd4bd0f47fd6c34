import type { Command } from 'commander';
import type { HoldfastClient } from '../../../client/client';
import type { Violation } from '../../../contract/audit';
import { HoldfastError } from '../../../contract/errors';
import { auditFindings } from '../../../contract/operation';
import { expectSameTemporal } from '../../../contract/temporal-identity';
import type { DueReservation, Ledger } from '../../../ledger/ledger';
import { addCommand, type Run } from '../../command';
import type { Connections } from '../../connections';
import { EXIT } from '../../errors';
import type { Screen } from '../../terminal/screen';
import { counted, creditsInWords } from '../../words';
import { missedAfterMs } from './missed-after';

const PAGE_SIZE = 500;

export function addAudit(program: Command, run: Run): void {
  addCommand(program, 'audit', 'Re-derive every invariant of the ledger from its journal', [
    'holdfast audit',
    'holdfast audit --json | jq .violations',
  ]).action(
    run(auditFindings, async ({ connections, screen }) => {
      const { accounts, entries, violations } = await connections.ledger().audit();
      const all = [...violations, ...(await orphanedReservations(connections, screen))];
      const balanced = all.length === 0;
      return {
        json: { balanced, accounts, entries, violations: all },
        text: auditInWords(accounts, entries, all),
        exitCode: balanced ? EXIT.done : EXIT.unwanted,
      };
    }),
  );
}

export function auditInWords(accounts: number, entries: number, violations: Violation[]): string[] {
  const scope = `${counted(accounts, 'account', 'accounts')} and ${counted(entries, 'entry', 'entries')}`;
  if (violations.length === 0) return [`The audit passed: ${scope}, every invariant holds.`];
  const lines = violations.map(({ invariant, accountId, detail }) => {
    return `  ${invariant}, account ${accountId}: ${JSON.stringify(detail)}`;
  });
  return [
    `The audit FAILED: ${scope}, ${counted(violations.length, 'violation', 'violations')}.`,
    ...lines,
  ];
}

/** Invariant 6, which needs Temporal: no reservation is open whose workflow has ended. */
async function orphanedReservations(
  connections: Connections,
  screen: Screen,
): Promise<Violation[]> {
  const overdue = await overdueReservations(
    connections.ledger(),
    missedAfterMs(connections.config),
  );
  if (overdue.length === 0) return [];
  try {
    const client = await connections.client();
    await checkIdentity(client, connections.ledger());
    const findings: Violation[] = [];
    for (const reservation of overdue) {
      const violation = await violationOf(reservation, client, connections.ledger());
      if (violation) findings.push(violation);
    }
    return findings;
  } catch (error) {
    if (!(error instanceof HoldfastError)) throw error;
    screen.note(
      `Temporal could not be asked about ${overdue.length} overdue reservations: ${error.message}`,
    );
    return [];
  }
}

async function overdueReservations(ledger: Ledger, missedMs: number): Promise<DueReservation[]> {
  const { now } = await ledger.holds.scope();
  const dueBy = new Date(Date.parse(now) - missedMs).toISOString();
  const overdue: DueReservation[] = [];
  for (;;) {
    const page = await ledger.holds.due(dueBy, overdue.at(-1) ?? null, PAGE_SIZE);
    overdue.push(...page);
    if (page.length < PAGE_SIZE) return overdue;
  }
}

/**
 * Checks that the client's Temporal is the ledger's own. In another one every workflow would look
 * lost.
 *
 * @throws HoldfastError TEMPORAL_IDENTITY_MISMATCH
 */
export async function checkIdentity(client: HoldfastClient, ledger: Ledger): Promise<void> {
  const recorded = await ledger.recordedTemporalIdentity();
  if (!recorded)
    throw new HoldfastError('TEMPORAL_IDENTITY_MISMATCH', 'no worker has recorded it yet.');
  expectSameTemporal(recorded, await client.operations.identity());
}

async function violationOf(
  { accountId, requestId, expiresAt, credits }: DueReservation,
  client: HoldfastClient,
  ledger: Ledger,
): Promise<Violation | undefined> {
  const { workflow } = await client.generations.status(accountId, requestId);
  if (workflow === 'running') return undefined;
  // The workflow may have ended the reservation since the ledger was asked.
  const record = await ledger.request(accountId, requestId);
  if (record?.status !== 'open') return undefined;
  const message = `${creditsInWords(credits)} are held for request ${requestId}, whose workflow is ${workflow}`;
  return {
    invariant: 'no-open-reservation-of-an-ended-workflow',
    accountId,
    detail: { requestId, credits, expiresAt, workflow, message },
  };
}
