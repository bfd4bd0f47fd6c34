import type { Command } from 'commander';
import type { HoldfastClient } from '../../../client/client';
import { missedAfterMs } from '../../../config/missed-after';
import type { Violation } from '../../../contract/audit';
import { HoldfastError } from '../../../contract/errors';
import { checkAccountId } from '../../../contract/ids';
import { auditFindings } from '../../../contract/operation';
import { expectSameTemporal } from '../../../contract/temporal-identity';
import type { Audited, DueReservation, Ledger } from '../../../ledger/ledger';
import { GivenCheckpoints } from '../../checkpoint/given-checkpoints';
import { readPublicKeys } from '../../checkpoint/keys';
import { addCommand, type Run } from '../../command';
import type { Connections } from '../../connections';
import { EXIT } from '../../errors';
import { notOk } from '../../terminal/red';
import type { Screen } from '../../terminal/screen';
import type { Line } from '../../terminal/table';
import { counted, creditsInWords } from '../../words';
import { writeAuditMetrics } from './audit-metrics';

const PAGE_SIZE = 500;

interface AuditOptions {
  full: boolean;
  from?: string;
  against: string[];
  publicKey: string[];
  metrics?: string;
}

interface AccountsAsked {
  accountId?: string;
  from?: string;
  full: boolean;
  /** Whether a checkpoint has the account: then it is no mistake to ask for it. */
  isSigned?: boolean;
}

export function addAudit(program: Command, run: Run): void {
  addCommand(program, 'audit', 'Derive every invariant again from the journal', [
    'holdfast audit',
    'holdfast audit acme',
    'holdfast audit --full',
    'holdfast audit --metrics /var/lib/node_exporter/holdfast.prom',
    'holdfast audit --against 2030-01-01.checkpoint --public-key checkpoint-key.pub.pem',
    'holdfast audit --json | jq .violations',
  ])
    .argument('[account]', 'only this account', checkAccountId)
    .option(
      '--full',
      'read all entries again, also those that an earlier audit has verified',
      false,
    )
    .option(
      '--from <account>',
      'go on at this account where an audit was broken off',
      checkAccountId,
    )
    .option(
      '--against <file>',
      'read all entries, and compare them with this checkpoint; may be repeated',
      (file, files: string[]) => [...files, file],
      [],
    )
    .option(
      '--public-key <file>',
      'a key that may have signed the checkpoint, in PEM; may be repeated',
      (file, files: string[]) => [...files, file],
      [],
    )
    .option(
      '--metrics <file>',
      'write the result for Prometheus’ node_exporter (its textfile collector)',
    )
    .action(run(auditFindings, audit));
}

async function audit(
  { connections, screen }: { connections: Connections; screen: Screen },
  accountId: string | undefined,
  options: AuditOptions,
) {
  const { from, metrics } = options;
  expectWhole(accountId, options);
  const ledger = connections.ledger();
  const checkpoints = await givenCheckpoints(ledger, accountId, options);
  const { statements } = checkpoints;
  const full = options.full || statements.length > 0;
  const audited = await auditInPages(ledger, screen, {
    ...{ accountId, from, full },
    isSigned: checkpoints.haveAccount,
  });
  const changed = await checkpoints.compare(ledger);
  const orphaned = await orphanedReservations(connections, screen, accountId);
  const violations = [...audited.violations, ...changed, ...orphaned];
  const balanced = violations.length === 0;
  if (metrics !== undefined)
    await writeAuditMetrics(metrics, { ...audited, findings: violations.length }).catch(
      // The findings are worth more than the file, whose age tells that it is missing.
      (error: Error) => screen.note(notOk(`The metrics could not be written: ${error.message}`)),
    );
  return {
    json: {
      ...{ balanced, ...audited, violations, full },
      against: statements.at(-1),
      ...(statements.length > 1 && { earlier: statements.slice(0, -1) }),
    },
    text: auditInWords({ ...audited, violations }, statements),
    exitCode: balanced ? EXIT.done : EXIT.unwanted,
  };
}

/** Metrics of a part would look like those of the whole ledger. */
function expectWhole(accountId: string | undefined, { from, metrics }: AuditOptions): void {
  if (metrics === undefined || (accountId === undefined && from === undefined)) return;
  const message = '--metrics is of the whole ledger: not with an account or --from.';
  throw new HoldfastError('INVALID_ARGUMENT', message);
}

/** @throws HoldfastError what `GivenCheckpoints.of` throws */
function givenCheckpoints(
  ledger: Ledger,
  accountId: string | undefined,
  { against, from, publicKey }: AuditOptions,
): Promise<GivenCheckpoints> {
  if ((against.length === 0) !== (publicKey.length === 0)) {
    throw new HoldfastError('INVALID_ARGUMENT', '--against and --public-key go together.');
  }
  if (against.length > 0 && from !== undefined) {
    throw new HoldfastError(
      'INVALID_ARGUMENT',
      '--against compares all accounts: not with --from.',
    );
  }
  return GivenCheckpoints.of(ledger, against, readPublicKeys(publicKey), accountId);
}

/** Tells on a terminal how far it is, and, if it is broken off, how to go on. */
async function auditInPages(
  ledger: Ledger,
  screen: Screen,
  { accountId, from, full, isSigned }: AccountsAsked,
): Promise<Audited> {
  let next = from;
  try {
    const audited = await ledger.audit({
      accountId,
      from,
      isFull: full,
      onPage: ({ accounts, entriesRead, nextAccountId }) => {
        next = nextAccountId;
        if (next !== undefined && screen.progressStream) {
          screen.note(
            `Audited ${counted(accounts, 'account', 'accounts')}; ${counted(entriesRead, 'entry', 'entries')} read.`,
          );
        }
      },
    });
    if (
      accountId !== undefined &&
      !isSigned &&
      audited.accounts + audited.violations.length === 0
    ) {
      throw new HoldfastError('ACCOUNT_NOT_FOUND', `The ledger has no account ${accountId}.`);
    }
    return audited;
  } catch (error) {
    if (accountId === undefined && next !== undefined) {
      screen.note(`Go on with: holdfast audit${full ? ' --full' : ''} --from ${next}`);
    }
    throw error;
  }
}

export function auditInWords(
  { accounts, entries, entriesRead, violations }: Audited,
  signed: readonly { at: string }[] = [],
): Line[] {
  const scope = `${counted(accounts, 'account', 'accounts')} and ${counted(entries, 'entry', 'entries')}`;
  const below = entries - entriesRead;
  const marks =
    below > 0
      ? [
          `${counted(below, 'entry was', 'entries were')} verified by an earlier audit; --full reads them again.`,
        ]
      : [];
  if (violations.length === 0) {
    const unchanged = signed.map(({ at }) => `Nothing of the checkpoint of ${at} has changed.`);
    return [`The audit passed: ${scope}, every invariant holds.`, ...unchanged, ...marks];
  }
  const lines = violations.map(({ invariant, accountId, detail }) => {
    const where = accountId === '*' ? 'the ledger as a whole' : `account ${accountId}`;
    return notOk(`  ${invariant}, ${where}: ${JSON.stringify(detail)}`);
  });
  return [
    notOk(`The audit FAILED: ${scope}, ${counted(violations.length, 'violation', 'violations')}.`),
    ...lines,
    ...marks,
  ];
}

/** Invariant 6, which needs Temporal: no reservation is open whose workflow has ended. */
async function orphanedReservations(
  connections: Connections,
  screen: Screen,
  accountId: string | undefined,
): Promise<Violation[]> {
  const overdue = (
    await overdueReservations(connections.ledger(), missedAfterMs(connections.config))
  ).filter((due) => accountId === undefined || due.accountId === accountId);
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
      notOk(
        `Temporal could not be asked about ${overdue.length} overdue reservations: ${error.message}`,
      ),
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
