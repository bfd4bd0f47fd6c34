import type { HealthCheck } from '../../../../contract/operation';
import type { Connections } from '../../../connections';
import { timeInWords } from '../../../words';
import { findingOf } from './finding';

/** The database, its schema and its catalog. */
export async function checkLedger(connections: Connections): Promise<HealthCheck[]> {
  try {
    await connections.ledger().ledgerId();
    const { catalogVersion, validUntil } = await connections.ledger().effectiveCatalog();
    const until = validUntil === null ? '' : `, the next one from ${timeInWords(validUntil)}`;
    return [
      { name: 'postgres', ok: true, detail: 'reachable' },
      { name: 'schema', ok: true, detail: 'migrated' },
      { name: 'catalog', ok: true, detail: `version ${catalogVersion} is effective${until}` },
    ];
  } catch (error) {
    const { code, message } = findingOf(error);
    if (code !== 'LEDGER_NOT_MIGRATED') {
      return [
        {
          name: 'postgres',
          ok: false,
          detail: message,
          fix: 'Start Postgres, or correct DATABASE_URL.',
        },
      ];
    }
    return [
      { name: 'postgres', ok: true, detail: 'reachable' },
      { name: 'schema', ok: false, detail: message, fix: 'Run `holdfast migrate`.' },
    ];
  }
}
