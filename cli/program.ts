import { Command } from 'commander';
import type { Run } from './action';
import { addAudit } from './commands/audit';
import { addBalance } from './commands/balance';
import { addCatalog } from './commands/catalog';
import { addDeduct } from './commands/deduct';
import { addDoctor } from './commands/doctor';
import { addGenerate } from './commands/generate';
import { addGrant } from './commands/grant';
import { addHistory } from './commands/history';
import { addMigrate } from './commands/migrate';
import { addQuote } from './commands/quote';
import { addReconcile } from './commands/reconcile';
import { addSetup } from './commands/setup';
import { addShow } from './commands/show';
import { withExamples } from './help';

const COMMANDS = [
  addQuote,
  addGrant,
  addDeduct,
  addGenerate,
  addShow,
  addBalance,
  addHistory,
  addAudit,
  addReconcile,
  addDoctor,
  addSetup,
  addMigrate,
  addCatalog,
];

/** `writeHelp` gets what `--help` prints, piece by piece. */
export function createProgram(run: Run, writeHelp: (piece: string) => void): Command {
  const program = withExamples(new Command('holdfast'), [
    'holdfast quote ai-avatar --seconds 10',
    'holdfast grant acme 150 --source promotion --reason "Welcome" --by sam --expires-at 2030-01-01T00:00:00Z',
    'holdfast generate acme text-to-image --input \'{"prompt": "A kelp forest"}\'',
    'holdfast balance acme --json',
  ])
    .description(
      'Prepaid AI credits: quote, grant, generate, and see who paid for what.\n\n' +
        'In a checkout it talks to the running `npm run dev` stack; DATABASE_URL and TEMPORAL_ADDRESS win over that.\n' +
        'Exit codes: 0 done, 1 unexpected, 2 bad input, 3 refused by a rule, 4 Postgres, Temporal or a worker can’t be\n' +
        'reached, 5 it ran and the outcome is not the wanted one.',
    )
    .exitOverride()
    .configureOutput({
      writeOut: writeHelp,
      // What is wrong is written once, by the screen, from the error that follows.
      writeErr: () => {},
    })
    .showSuggestionAfterError(true);
  for (const add of COMMANDS) add(program, run);
  return program;
}
