import { generationWorkflowId } from '../../../../client/client';
import { stuckIntervalMs } from '../../../../config/missed-after';
import type { HoldfastError } from '../../../../contract/errors';
import type { Finding, HealthCheck } from '../../../../contract/operation';
import { KNOWN_MIGRATIONS } from '../../../../ledger/migration/known-migrations';
import type { Connections } from '../../../connections';
import { counted, creditsInWords, timeInWords } from '../../../words';
import { commandsFor, quoted, whyOf, workflowIdOf } from '../stuck-words';
import { checkOf, FOUND_MAX, findingOf, listed } from './finding';

/** A worker that was told serves a ticket within seconds. */
const HEAD_WAITS_MAX_MS = 60_000;

/** The database, its schema, its catalog, and what waits in it. */
export async function checkLedger(connections: Connections): Promise<HealthCheck[]> {
  const postgres: HealthCheck = { name: 'postgres', ok: true, detail: 'reachable' };
  try {
    await connections.ledger().ledgerId();
    const { catalogVersion, validUntil } = await connections.ledger().effectiveCatalog();
    const until = validUntil === null ? '' : `, the next one from ${timeInWords(validUntil)}`;
    return [
      postgres,
      await checkOf('schema', () => checkSchema(connections), fixOf),
      { name: 'catalog', ok: true, detail: `version ${catalogVersion} is effective${until}` },
      await checkOf('stuck', () => checkStuck(connections), fixOf),
      await checkOf('queue-heads', () => checkQueueHeads(connections), fixOf),
    ];
  } catch (error) {
    const finding = findingOf(error);
    const { code, message } = finding;
    if (code === 'LEDGER_NOT_MIGRATED')
      return [postgres, { name: 'schema', ok: false, detail: message, fix: fixOf(finding) }];
    return [{ ...postgres, ok: false, detail: message, fix: fixOf(finding) }];
  }
}

function fixOf({ code }: HoldfastError): string {
  switch (code) {
    case 'LEDGER_NOT_MIGRATED':
      return 'Run `holdfast migrate`.';
    case 'LEDGER_ACCESS_DENIED':
      return 'Give this command an operator’s login, and run `holdfast migrate` with it in HOLDFAST_OPERATOR_DATABASE_URL.';
    case 'LEDGER_TLS_FAILED':
    case 'DATABASE_UNSUITABLE':
      return 'Change what the message names.';
    default:
      return 'Start Postgres, or correct DATABASE_URL.';
  }
}

/** What a schema lacks is refused with the ledger's first call. */
async function checkSchema(connections: Connections): Promise<Omit<HealthCheck, 'name'>> {
  const applied = await connections.ledger().appliedMigrations();
  const names = applied.map(({ name }) => name);
  const newer = names.filter((name) => !KNOWN_MIGRATIONS.includes(name));
  const last = applied.at(-1);
  const detail = `migrated to ${last?.name ?? 'nothing'}, on ${timeInWords(last?.appliedAt ?? null)}`;
  if (newer.length === 0) return { ok: true, detail };
  return {
    ok: false,
    detail: `${detail}; a newer version has applied ${newer.join(', ')}`,
    fix: 'Use the command of that version. Workers of this one may go on.',
  };
}

async function checkStuck(connections: Connections): Promise<Omit<HealthCheck, 'name'>> {
  const intervalMs = stuckIntervalMs(connections.config);
  const { stuck, more } = await connections.ledger().interventions.stuck(FOUND_MAX, intervalMs);
  const found = stuck.map((line): Finding => {
    const { command } = commandsFor(line);
    return { where: workflowIdOf(line), since: line.since, what: whyOf(line), command };
  });
  const many = counted(stuck.length, 'thing waits', 'things wait');
  const detail =
    stuck.length === 0
      ? 'nothing waits for an operator'
      : `${more ? 'more than ' : ''}${many} for an operator`;
  const fix = '`holdfast stuck` lists all, with how their workflows are.';
  return listed(detail, fix, found);
}

async function checkQueueHeads(connections: Connections): Promise<Omit<HealthCheck, 'name'>> {
  const heads = await connections
    .ledger()
    .interventions.overdueHeads(HEAD_WAITS_MAX_MS, FOUND_MAX + 1);
  const found = heads.map(({ accountId, requestId, required, since, waitingSince }): Finding => {
    const waits = `waits for ${creditsInWords(required)} since ${timeInWords(waitingSince)}`;
    return {
      where: generationWorkflowId(accountId, requestId),
      since,
      what: `It is the first of its queue, and ${waits}, which are there.`,
      command: `holdfast show ${quoted(accountId)} ${quoted(requestId)}`,
    };
  });
  if (found.length === 0) return { ok: true, detail: 'no queue waits for what is there' };
  const many = found.length > FOUND_MAX ? `more than ${FOUND_MAX}` : `${found.length}`;
  const fix =
    '`holdfast reconcile` wakes them. Where that doesn’t help, their workflow is lost or fails: see `workflow-tasks` and the command of each.';
  return listed(`${many} could be served, and are not`, fix, found);
}
