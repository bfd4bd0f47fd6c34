import type { Refusal } from '../../../contract/errors';
import type { GenerationResult } from '../../../contract/generation-result';
import type { Waiting } from '../../../contract/waiting';
import { type NotOk, notOk } from '../../terminal/red';
import type { Line } from '../../terminal/table';
import { creditsInWords, packInWords, timeInWords } from '../../words';

/** How a generation ended, for a person; without the request id if it has been named before. */
export function resultInWords(result: GenerationResult, isNamed = false): string[] {
  if (result.status === 'rejected') return rejectionInWords(result, isNamed);
  const outcome = outcomeInWords(result, result.status);
  return isNamed ? outcome : [...outcome, `Request: ${result.requestId}`];
}

/** As `resultInWords`, and marked unless it is what was asked for. */
export function endInWords(result: GenerationResult, isNamed: boolean): Line[] {
  const [outcome = '', ...rest] = resultInWords(result, isNamed);
  const isWell = result.status === 'committed' || result.status === 'cancelled';
  return [isWell ? outcome : notOk(outcome), ...rest];
}

function outcomeInWords(
  { reserved, charged, outputUrl, reason, message }: GenerationResult,
  status: Exclude<GenerationResult['status'], 'rejected'>,
): string[] {
  switch (status) {
    case 'committed': {
      const returned =
        reserved > charged ? `, ${creditsInWords(reserved - charged)} came back` : '';
      return [`Committed: ${creditsInWords(charged)} charged${returned}.`, `Output:  ${outputUrl}`];
    }
    case 'released':
      return [
        `Released (${reason}): nothing was charged, ${returnedInWords(reserved)}.`,
        ...(message === undefined ? [] : [`The provider says: ${message}`]),
      ];
    case 'cancelled':
      return [
        charged > 0
          ? `Cancelled: ${usedInWords(charged, reserved)}.`
          : `Cancelled: nothing was charged, ${returnedInWords(reserved)}.`,
      ];
  }
}

/** What a cancelled generation had used, and what came back. */
export function usedInWords(charged: number, reserved: number): string {
  const rest = reserved - charged;
  const returned = rest > 0 ? `, ${creditsInWords(rest)} came back` : '';
  return `${charged.toLocaleString('en-US')} of ${creditsInWords(reserved)} were used by then and charged${returned}`;
}

function returnedInWords(reserved: number): string {
  return reserved === 0 ? 'nothing was held' : `all ${creditsInWords(reserved)} came back`;
}

/** A request's place in its account's queue, and the packs that would cover it. */
export function waitingInWords(waiting: Waiting): Line[] {
  const { requestId, place, required, requiredAhead, available, shortfall, packs, until, heldUp } =
    waiting;
  const ahead =
    requiredAhead > 0 ? `, those ahead of it ${requiredAhead.toLocaleString('en-US')}` : '';
  return [
    `Request ${requestId} waits for credits, at place ${place} in the queue, until ${timeInWords(until)}.`,
    `It needs ${creditsInWords(required)}${ahead}; ${available.toLocaleString('en-US')} available: ${shortfall.toLocaleString('en-US')} short.`,
    ...packs.map((pack) => `  would cover it: ${packInWords(pack)}`),
    ...(heldUp ? [heldUpInWords(heldUp)] : []),
    'Ctrl-C takes it out of the queue.',
  ];
}

/** The stop or limit that holds up a queue however many credits there are. */
export function heldUpInWords({ message }: Refusal): NotOk {
  return notOk(`The queue is held up: ${message}`);
}

function rejectionInWords(result: GenerationResult, isNamed: boolean): string[] {
  const { requestId, reason, message, packs, requestEnded } = result;
  const lines = [`Rejected (${reason}): ${message ?? 'nothing was reserved.'}`];
  for (const pack of packs ?? []) lines.push(`  would cover it: ${packInWords(pack)}`);
  const nothing = 'Nothing ran and nothing was charged.';
  if (requestEnded === false)
    return [...lines, isNamed ? nothing : `${nothing} The request id was ${requestId}.`];
  const thisOne = isNamed ? '' : `; this one was ${requestId}`;
  return [...lines, `${nothing} Another attempt takes a new request id${thisOne}.`];
}
