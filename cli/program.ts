import { Command } from 'commander';
import { type Run, withExamples } from './command';
import { addAccounts } from './commands/account/accounts';
import { addBalance } from './commands/account/balance';
import { addDeduct } from './commands/account/deduct';
import { addGrant } from './commands/account/grant';
import { addHistory } from './commands/account/history';
import { addImport } from './commands/account/import';
import { addNotices } from './commands/account/notices';
import { addToken } from './commands/account/token';
import { addUsage } from './commands/account/usage';
import { addCancelGeneration } from './commands/generation/cancel-generation';
import { addFind } from './commands/generation/find';
import { addGenerate } from './commands/generation/generate';
import { addQuote } from './commands/generation/quote';
import { addShow } from './commands/generation/show';
import { addWaiting } from './commands/generation/waiting';
import { addClosePurchase } from './commands/intervention/close-purchase';
import { addCloseRefund } from './commands/intervention/close-refund';
import { addDismissNotice } from './commands/intervention/dismiss-notice';
import { addEndNow } from './commands/intervention/end-now';
import { addErase } from './commands/intervention/erase';
import { addForgetDeclines } from './commands/intervention/forget-declines';
import { addRelease } from './commands/intervention/release';
import { addActs } from './commands/operate/acts';
import { addAudit } from './commands/operate/audit';
import { addCatalog } from './commands/operate/catalog';
import { addCheckpoint } from './commands/operate/checkpoint';
import { addCompletion } from './commands/operate/completion';
import { addDoctor } from './commands/operate/doctor';
import { addEvents } from './commands/operate/events';
import { addMigrate } from './commands/operate/migrate';
import { addProve } from './commands/operate/prove';
import { addReconcile } from './commands/operate/reconcile';
import { addReplay } from './commands/operate/replay';
import { addSetup } from './commands/operate/setup';
import { addStuck } from './commands/operate/stuck';
import { addBuy } from './commands/purchase/buy';
import { addDispute } from './commands/purchase/dispute';
import { addPacks } from './commands/purchase/packs';
import { addRefund } from './commands/purchase/refund';
import { addBurnRates } from './commands/report/burn-rates';
import { addReport } from './commands/report/report';
import { addRestore } from './commands/restore/restore';
import { addAdmit } from './commands/settings/admit';
import { addLimits } from './commands/settings/limits';
import { addLowBalance } from './commands/settings/low-balance';
import { addOperatorLimits } from './commands/settings/operator-limits';
import { addStop } from './commands/settings/stop';
import { addTopUp } from './commands/settings/top-up';
import { addCancel } from './commands/subscription/cancel';
import { addChangePlan } from './commands/subscription/change-plan';
import { addRenew } from './commands/subscription/renew';
import { addResume } from './commands/subscription/resume';
import { addSubscribe } from './commands/subscription/subscribe';
import { addSubscription } from './commands/subscription/subscription';

type AddCommand = (program: Command, run: Run) => void;

/** The commands under their headings, in the order of `holdfast --help`. */
const COMMANDS: Record<string, AddCommand[]> = {
  Subscriptions: [addSubscribe, addSubscription, addRenew, addCancel, addResume, addChangePlan],
  Packs: [addPacks, addBuy, addRefund, addDispute],
  Generations: [addQuote, addGenerate, addShow, addFind, addWaiting, addCancelGeneration],
  Accounts: [
    ...[addAccounts, addBalance, addHistory, addUsage, addNotices, addGrant, addDeduct, addImport],
  ],
  Settings: [addLimits, addLowBalance, addTopUp, addStop, addAdmit, addOperatorLimits],
  'By hand': [
    ...[
      addRelease,
      addClosePurchase,
      addCloseRefund,
      addEndNow,
      addDismissNotice,
      addForgetDeclines,
      addErase,
    ],
  ],
  Operation: [
    ...[
      addReport,
      addBurnRates,
      addActs,
      addStuck,
      addEvents,
      addAudit,
      addCheckpoint,
      addProve,
      addReconcile,
      addRestore,
      addDoctor,
      addReplay,
      addSetup,
      addMigrate,
      addCatalog,
      addToken,
      addCompletion,
    ],
  ],
};

/** The command line's parser. `writeHelp` gets what `--help` prints, piece by piece. */
export function createProgram(run: Run, writeHelp: (piece: string) => void): Command {
  const program = withExamples(new Command('holdfast'), [
    'holdfast quote ai-avatar --seconds 10',
    'holdfast grant acme 150 --source promotion --reason "Welcome" --by sam --expires-at 2030-01-01T00:00:00Z',
    'holdfast subscribe acme lite-monthly --payment-reference inv-1001',
    'holdfast buy acme pack-125',
    'holdfast generate acme text-to-image --input \'{"prompt": "A kelp forest"}\'',
    'holdfast balance acme --json',
  ])
    .description(
      'Prepaid AI credits: subscribe, buy, generate, and see who paid for what.\n\n' +
        'Processes that run on until a signal: `holdfast worker`, `holdfast web`, `holdfast codec-server`. ' +
        'They take their settings from the environment alone.\n' +
        'In a checkout it talks to the running `npm run dev` stack; DATABASE_URL and TEMPORAL_ADDRESS win over that.\n' +
        'Exit codes: 0 done, 1 unexpected, 2 bad input, 3 refused by a rule, 4 Postgres, Temporal or a worker can’t be ' +
        'reached, 5 it ran and the outcome is not the wanted one.',
    )
    .option('--api <url>', 'go over the HTTP API, with the token in HOLDFAST_TOKEN')
    .option('--token-file <file>', 'a file with that token')
    // What is printed is `versionAnswer`.
    .version('', '-V, --version', 'print the version, the build, and the schema that it knows')
    .exitOverride()
    .configureOutput({
      writeOut: writeHelp,
      // The screen writes the error that follows, once.
      writeErr: () => {},
    })
    .showSuggestionAfterError(true);
  for (const [heading, commands] of Object.entries(COMMANDS)) {
    program.commandsGroup(`${heading}:`);
    for (const add of commands) add(program, run);
  }
  return program;
}
