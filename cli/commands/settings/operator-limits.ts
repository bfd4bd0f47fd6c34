import type { Command } from 'commander';
import { z } from 'zod';
import { HoldfastError } from '../../../contract/errors';
import { checkAccountId } from '../../../contract/ids';
import {
  OPERATOR_LIMIT_FIELDS,
  type OperatorLimits,
  type OperatorLimitsRecord,
  operatorLimitsRecord,
  parseOperatorLimits,
} from '../../../contract/operator-limits';
import { addCommand, type Run } from '../../command';
import { wholeOrNoneOf } from '../../options';
import { timeInWords } from '../../words';
import { operatorLimitsInWords } from './settings-words';

type Limit = keyof OperatorLimits;

/** The option of each limit, and what it says. */
const OPTIONS: Record<Limit, [flag: string, meaning: string]> = {
  dailyCreditsMax: ['--daily', 'credits per day (UTC)'],
  generationCreditsMax: ['--per-generation', 'credits that one generation may cost'],
  concurrentGenerationsMax: ['--at-once', 'generations at the same time'],
  topUpMonthlyCapCents: [
    '--top-up-cap-cents',
    'what top-ups may spend in one calendar month (UTC), in cents',
  ],
  topUpsPerDayMax: ['--top-ups-per-day', 'automatic purchases a day (UTC); 3 where none is set'],
  topUpPauseSeconds: [
    '--top-up-pause',
    'seconds from one automatic purchase to the next; 600 where none is set',
  ],
  declinesMax: ['--declines', 'declined payments in 30 days; 15 where none is set'],
  purchasesPerDayMax: ['--purchases-per-day', 'purchases a day (UTC), by hand and automatic'],
};

interface Options extends Record<string, unknown> {
  all?: boolean;
  remove?: true;
  reason?: string;
  by?: string;
}

const printed = z.object({ operatorLimits: operatorLimitsRecord.nullable() });

export function addOperatorLimits(program: Command, run: Run): void {
  const command = addCommand(
    program,
    'operator-limits',
    'Limits that only an operator lifts; without options, those that hold',
    [
      'holdfast operator-limits acme',
      'holdfast operator-limits acme --daily 500 --top-ups-per-day 1 --reason "Ticket 4711" --by sam',
      'holdfast operator-limits --all --top-up-cap-cents 50000 --reason "Fraud rules" --by sam',
      'holdfast operator-limits acme --remove --reason "Ticket 4711" --by sam --json',
    ],
  )
    .argument('[account]', 'the account id', checkAccountId)
    .option('--all', 'of all accounts without limits of their own here');
  for (const [limit, [flag, meaning]] of Object.entries(OPTIONS)) {
    const field = OPERATOR_LIMIT_FIELDS[limit as Limit];
    command.option(`${flag} <n>`, `${meaning}, or none`, wholeOrNoneOf(field, flag));
  }
  command
    .option('--remove', 'remove them all')
    .option('--reason <text>', 'why they are changed; it is kept')
    .option('--by <name>', 'who changes them; it is kept')
    .action(
      run(printed, async ({ connections }, account: string | undefined, options: Options) => {
        const accountId = accountOf(account, options);
        const limits = limitsOf(options);
        if (limits === undefined) {
          const { settings } = connections.ledger();
          return answerOf(accountId, await settings.operatorLimits(accountId));
        }
        const { reason, by } = options;
        const request = parseOperatorLimits({ accountId, limits, reason, by });
        const set = await connections.ledger().settings.setOperatorLimits(request);
        if (!set.ok) throw HoldfastError.of(set.refusal);
        return answerOf(accountId, set.value);
      }),
    );
}

/** Null for all accounts. @throws HoldfastError INVALID_ARGUMENT */
function accountOf(account: string | undefined, { all = false }: Options): string | null {
  if ((account === undefined) === all) return account ?? null;
  throw new HoldfastError('INVALID_ARGUMENT', 'Say which account, or --all: one of the two.');
}

/**
 * The limits that the options change; null to remove them all; undefined if they change nothing.
 *
 * @throws HoldfastError INVALID_ARGUMENT
 */
function limitsOf(options: Options): Record<string, unknown> | null | undefined {
  const said = Object.entries(OPTIONS).flatMap(([limit, [flag]]) => {
    const value = options[memberOf(flag)];
    return value === undefined ? [] : [[limit, value === 'none' ? null : value] as const];
  });
  if (options.remove && said.length > 0) {
    throw new HoldfastError(
      'INVALID_ARGUMENT',
      '--remove takes all limits away, and the other options set some: which?',
    );
  }
  if (options.remove) return null;
  if (said.length > 0) return Object.fromEntries(said);
  if (options.reason === undefined && options.by === undefined) return undefined;
  throw new HoldfastError('INVALID_ARGUMENT', 'There is a reason or a name, and no limit to set.');
}

/** `--per-generation` is `perGeneration` among the options. */
function memberOf(flag: string): string {
  return flag.slice(2).replaceAll(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
}

function answerOf(accountId: string | null, record: OperatorLimitsRecord | null) {
  const whose = accountId === null ? 'all accounts' : `account ${accountId}`;
  if (record === null) {
    return {
      json: { operatorLimits: record },
      text: [`No operator has set limits for ${whose}.`],
    };
  }
  const of = record.accountId === null ? 'all accounts' : `account ${record.accountId}`;
  return {
    json: { operatorLimits: record },
    text: [
      `An operator's limits for ${of}: ${operatorLimitsInWords(record.limits)}.`,
      `Set by ${record.by} since ${timeInWords(record.since)}: ${record.reason}`,
    ],
  };
}
