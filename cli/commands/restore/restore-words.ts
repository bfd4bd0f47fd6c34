import {
  ALL_ACCOUNTS,
  type LostOperation,
  type RestoreComparison,
} from '../../../contract/restore';
import { restoredInWords } from '../../../contract/watermark';
import { notOk } from '../../terminal/red';
import type { Line } from '../../terminal/table';
import { counted, creditsInWords, timeInWords } from '../../words';

const DONE: Record<LostOperation['what'], (operation: LostOperation) => string> = {
  generation: ({ credits }) =>
    credits === null ? 'delivered, and never charged' : `delivered, for ${creditsInWords(credits)}`,
  grant: ({ credits }) => `${creditsInWords(credits ?? 0)} granted`,
  purchase: ({ credits, said }) =>
    'paymentId' in said
      ? `${String(said.packId)} paid for, ${creditsInWords(credits ?? 0)} bought`
      : `${String(said.packId)} opened, and being charged`,
  subscribe: ({ said }) => `${String(said.planId)} begun`,
  renew: ({ said }) => `${String(said.subscriptionId)} renewed`,
  changePlan: ({ said }) => `${String(said.subscriptionId)} changed to ${String(said.planId)}`,
  cancelAtPeriodEnd: ({ said }) => `${String(said.subscriptionId)} cancelled`,
  resume: ({ said }) => `cancellation of ${String(said.subscriptionId)} taken back`,
  endNow: ({ said }) => `${String(said.subscriptionId)} ended at once`,
  limits: () => 'limits set',
  'low-balance': () => 'thresholds set',
  'top-up': ({ said }) => `top-up ${said.set === null ? 'turned off' : 'set'}`,
  stop: ({ said }) => `${kindInWords(said)} stopped: ${String(said.reason)}`,
  admit: ({ said }) => `${kindInWords(said)} admitted again`,
};

const kindInWords = ({ kind }: LostOperation['said']) =>
  kind === null ? 'all kinds' : String(kind);

const accountInWords = ({ accountId }: LostOperation) =>
  accountId === ALL_ACCOUNTS ? 'all accounts' : accountId;

const STANDING: Record<LostOperation['standing'], string> = {
  lost: 'the ledger doesn’t have it',
  open: 'in the ledger it is still open',
  released: 'the ledger has released it',
};

export function lostInWords(lost: LostOperation[]): string[] {
  return lost.map(
    (operation) =>
      `  ${timeInWords(operation.at)}  ${accountInWords(operation)}  ${operation.what} ${operation.id}: ` +
      `${DONE[operation.what](operation)}; ${STANDING[operation.standing]}`,
  );
}

export function comparisonInWords(compared: RestoreComparison): Line[] {
  const { restored, ledger, temporal, since, looked, gone, unreadable, lost } = compared;
  const span = since === null ? 'all that Temporal keeps' : `since ${timeInWords(since)}`;
  return [
    ...(restored && ledger && temporal ? [restoredInWords(ledger, temporal), ''] : []),
    `${counted(looked, 'run', 'runs')} looked at, ${span}.`,
    ...(gone > 0 ? [`  ${gone} had been deleted before they could be read`] : []),
    ...unreadable.map(
      (id) => `  ${id} can’t be read: set HOLDFAST_CODEC_KEYS as the workers have it`,
    ),
    lost.length === 0
      ? 'The ledger has everything that they remember.'
      : notOk(
          `${counted(lost.length, 'operation that they remember', 'operations that they remember')} and the ledger lacks:`,
        ),
    ...lostInWords(lost),
    ...(lost.length === 0
      ? []
      : [`  → holdfast restore redo${sinceOption(since)} --reason "…" --by NAME`]),
  ];
}

const sinceOption = (since: string | null) => (since === null ? '' : ` --since ${since}`);
