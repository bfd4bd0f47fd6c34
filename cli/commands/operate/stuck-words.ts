import {
  billingEventWorkflowId,
  expiryWorkflowId,
  generationWorkflowId,
  noticesWorkflowId,
  purchaseWorkflowId,
  refundWorkflowId,
  subscriptionWorkflowId,
  topUpWorkflowId,
} from '../../../client/client';
import type { StuckLine, StuckList, StuckProblem } from '../../../contract/stuck';
import { notOk } from '../../terminal/red';
import type { Line } from '../../terminal/table';
import { counted, creditsInWords, timeInWords } from '../../words';

const WHY: Record<StuckProblem, (line: StuckLine) => string> = {
  'past-time-limit': ({ credits }) =>
    `Its generation had to end by then, and holds ${creditsInWords(credits ?? 0)}.`,
  'wait-over': ({ credits }) => `Its wait for ${creditsInWords(credits ?? 0)} had to end by then.`,
  unattended: ({ credits, detail }) =>
    `It is ${detail}, about ${creditsInWords(credits ?? 0)}, and it has not been looked after since.`,
  undecided: ({ credits }) =>
    `The payment provider has not decided on these ${creditsInWords(credits ?? 0)}.`,
  'not-returned': ({ detail }) =>
    `Money was paid for which nothing is granted, and it has not gone back (${detail}).`,
  'cycle-not-granted': () => 'A paid cycle has begun, and its credits are not granted.',
  'expiry-not-booked': ({ detail }) =>
    `Term ${detail} lapsed, its settlement window is over, and nothing has expired.`,
  'not-booked': ({ detail }) =>
    `The payment provider says that money has gone back, and it can’t be booked (${detail}).`,
  'not-delivered': ({ detail }) => `It could not be delivered (${detail}).`,
  undelivered: ({ detail }) => `It is neither delivered nor given up (${detail}).`,
  'not-handed-over': () => 'It has not been handed over.',
  'not-applied': ({ detail }) => `It was told and could not be applied (${detail}).`,
  'not-taken-up': ({ detail }) => `It was told and has not been looked after since (${detail}).`,
  lost: ({ credits }) =>
    `Its workflow has reported its end${credits === null ? '' : `, for ${creditsInWords(credits)},`} and the ledger doesn’t have it.`,
};

export const whyOf = (line: StuckLine): string => WHY[line.problem](line);

/** The id of the workflow that should have ended it. */
export function workflowIdOf({ what, accountId, id, problem, detail }: StuckLine): string {
  switch (what) {
    case 'reservation':
      return generationWorkflowId(accountId, id);
    case 'purchase':
      return purchaseWorkflowId(accountId, id);
    case 'subscription':
      return problem === 'expiry-not-booked'
        ? expiryWorkflowId(accountId, id, Number(detail))
        : subscriptionWorkflowId(accountId, id);
    case 'notice':
      return noticesWorkflowId(accountId);
    case 'refund-order':
      return refundWorkflowId(accountId, id);
    case 'billing-event':
      return billingEventWorkflowId(...namedBy(id));
    case 'event': {
      const [kind, request = ''] = id.split('/');
      if (kind === 'wake') return generationWorkflowId(accountId, request);
      return kind === 'top-up' ? topUpWorkflowId(accountId) : noticesWorkflowId(accountId);
    }
  }
}

const RECONCILE = 'holdfast reconcile';

/** The command that ends it, as it is typed, and another one for when that doesn't help. */
export function commandsFor(line: StuckLine): {
  command: string;
  otherwise?: string;
} {
  const { what, accountId, id, problem, detail } = line;
  if (problem === 'lost') {
    return {
      command: `holdfast restore redo ${quoted(workflowIdOf(line))} --reason "…" --by NAME`,
      otherwise: `holdfast restore waive ${[accountId, detail ?? '', id].map(quoted).join(' ')} --reason "…" --by NAME`,
    };
  }
  const endedBy = (command: string, ...options: string[]) =>
    [
      `holdfast ${command}`,
      quoted(accountId),
      quoted(id),
      ...options,
      '--reason "…" --by NAME',
    ].join(' ');
  switch (what) {
    case 'reservation':
      return { command: endedBy('release') };
    case 'purchase':
      return {
        command: endedBy(
          'close-purchase',
          `--as ${detail?.startsWith('returning') ? 'returned' : 'voided'}`,
        ),
      };
    case 'subscription':
      return { command: RECONCILE, otherwise: endedBy('end-now') };
    case 'notice':
      return { command: endedBy('dismiss-notice') };
    case 'event':
      return { command: RECONCILE };
    case 'refund-order':
      return { command: endedBy('close-refund') };
    case 'billing-event': {
      const named = namedBy(id).map(quoted).join(' ');
      return {
        command: `holdfast events retry ${named} --reason "…" --by NAME`,
        otherwise: `holdfast events close ${named} --reason "…" --by NAME`,
      };
    }
  }
}

/** The source and the id of a billing event: neither has a slash. */
function namedBy(id: string): [source: string, eventId: string] {
  const [source = '', eventId = ''] = id.split('/');
  return [source, eventId];
}

/** An id as a shell takes it: it may hold a `|`. */
export function quoted(id: string): string {
  return /^[\w.@+/-]+$/.test(id) ? id : `'${id.replaceAll("'", "'\\''")}'`;
}

export function stuckInWords({ stuck, more }: StuckList): Line[] {
  if (stuck.length === 0) return ['Nothing waits for an operator.'];
  const many = counted(stuck.length, 'thing waits', 'things wait');
  const head = `${many} for an operator, the longest first${more ? '; there are more' : ''}.`;
  return [notOk(head), ...stuck.flatMap(lineInWords)];
}

function lineInWords({
  what,
  accountId,
  id,
  since,
  why,
  workflow,
  command,
  otherwise,
}: StuckList['stuck'][number]) {
  return [
    '',
    `${what} ${id} of account ${accountId}, since ${timeInWords(since)}`,
    `  ${why}`,
    ...(workflow === null
      ? []
      : [`  ${workflow.workflowId} is ${workflow.state}${failureInWords(workflow.failure)}`]),
    `  → ${command}`,
    ...(otherwise === undefined ? [] : [`  or, where that doesn’t help: ${otherwise}`]),
  ];
}

function failureInWords(failure: string | null): string {
  return failure === null ? '' : `; failing: ${failure}`;
}
