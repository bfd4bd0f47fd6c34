import type { Command } from 'commander';
import { type ActWords, parseActWords } from '../../../contract/act';
import { migrated } from '../../../contract/operation';
import { type MigrateOptions, migrate, plannedSteps } from '../../../ledger/migrate';
import { addCommand, type Run } from '../../command';
import { counted } from '../../words';

interface Options extends ActWords {
  dryRun?: boolean;
}

export function addMigrate(program: Command, run: Run): void {
  addCommand(program, 'migrate', 'Bring the ledger’s schema up to date; safe to repeat', [
    'HOLDFAST_MIGRATION_DATABASE_URL=postgres://owner:…@db/holdfast holdfast migrate',
    'holdfast migrate --dry-run',
  ])
    .option('--dry-run', 'say what it would do, and change nothing')
    .option('--reason <text>', 'why; it is kept')
    .option('--by <name>', 'who migrates; it is kept')
    .action(
      run(migrated, async ({ connections, screen }, { dryRun, reason, by }: Options) => {
        const applied: string[] = [];
        const options: MigrateOptions = {
          migrationUrl: connections.migrationUrl(),
          servingUrl: connections.config.databaseUrl,
          loginUrls: connections.config.loginUrls,
          words: parseActWords({ reason, by }),
          log: (line) => {
            applied.push(line);
            screen.note(line);
          },
          note: (line) => screen.note(line),
        };
        if (dryRun) {
          const steps = await plannedSteps(options);
          const text = steps.length === 0 ? ['The schema is up to date.'] : ['It would:', ...steps];
          return { json: { migrated: false, applied: 0, steps }, text };
        }
        await migrate(options);
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
