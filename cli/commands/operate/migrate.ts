import type { Command } from 'commander';
import { HoldfastError } from '../../../contract/errors';
import { migrated } from '../../../contract/operation';
import { migrate } from '../../../ledger/migrate';
import { addCommand, type Run } from '../../command';
import type { Connections } from '../../connections';
import { counted } from '../../words';

export function addMigrate(program: Command, run: Run): void {
  addCommand(program, 'migrate', 'Bring the ledger’s schema up to date; safe to repeat', [
    'HOLDFAST_MIGRATION_DATABASE_URL=postgres://owner:…@db/holdfast holdfast migrate',
  ]).action(
    run(migrated, async ({ connections, screen }) => {
      const applied: string[] = [];
      const log = (line: string) => {
        applied.push(line);
        screen.note(line);
      };
      await migrate({
        migrationUrl: migrationUrlOf(connections),
        servingUrl: connections.config.databaseUrl,
        loginUrls: connections.config.loginUrls,
        log,
        note: (line) => screen.note(line),
      });
      return {
        json: { migrated: true, applied: applied.length },
        text: [
          applied.length === 0
            ? 'The schema was up to date.'
            : `Applied ${counted(applied.length, 'migration', 'migrations')}.`,
        ],
      };
    }),
  );
}

/**
 * The URL of the database's owner, who may change the schema.
 *
 * @throws HoldfastError LEDGER_UNAVAILABLE if no database is configured
 */
export function migrationUrlOf({ config }: Connections): string {
  if (config.migrationUrl !== undefined) return config.migrationUrl;
  throw new HoldfastError(
    'LEDGER_UNAVAILABLE',
    config.unreadableStack ??
      'No database is known here: set HOLDFAST_MIGRATION_DATABASE_URL, or start `npm run dev` in this checkout.',
  );
}
