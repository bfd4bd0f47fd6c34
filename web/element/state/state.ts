import type { Problem } from '../api/problem';
import type { Generation, Overview, Pack, Purchase, Settings } from '../api/types';

/**
 * loading: nothing is loaded yet. live: the figures are current. offline: the figures are old, and
 * the page connects again. expired: the host has to set a fresh token. error: nothing can be shown.
 */
export type Connection = 'loading' | 'live' | 'offline' | 'expired' | 'error';

export interface State {
  connection: Connection;
  /** The reason of offline, expired or error. */
  problem: Problem | null;
  overview: Overview | null;
  /** The latest generation that ended while the page was open. */
  ended: Generation | null;
  /** Increases whenever an entry may have been booked, so that the history is read again. */
  revision: number;
  buying: Buying | null;
  /** The settings that are being changed. */
  saving: Saving | null;
  /** Undefined until the form has been touched. */
  topUpDraft?: TopUpDraft;
  /** The requests whose cancellation was asked for. */
  cancelling: ReadonlySet<string>;
  /** The problem of the last cancellation that failed. */
  cancelProblem: Problem | null;
  /** The durations typed into the calculator, in seconds, by the key of the price. */
  durations: Readonly<Record<string, string>>;
  /** The calculator's result for screen readers, set once the slider stops. */
  calculated: string;
}

/** One purchase from the first click to its end. The key stays the same until its end is known. */
export interface Buying {
  packId: string;
  credits: number;
  /** The price that the question shows, to which the buyer agrees. */
  priceCents: number;
  currency: string;
  key: string;
  /**
   * asking: the question is shown, nothing is sent. sending: the request is on its way. pending:
   * the bank hasn't decided. unknown: no answer came. done, failed: the purchase has ended.
   */
  step: 'asking' | 'sending' | 'pending' | 'unknown' | 'done' | 'failed';
  /** The price that the question showed before it changed; null if it didn't change. */
  earlierPriceCents: number | null;
  purchase: Purchase | null;
  problem: Problem | null;
}

export interface Saving {
  setting: 'low-balance' | 'top-up';
  step: 'sending' | 'done' | 'failed';
  problem: Problem | null;
  /** The pack that is bought as soon as it is saved, which the button said. */
  buys: Pack | null;
}

/** The top-up as the form has it, saved or not; null if it is turned off. */
export type TopUpDraft = Pick<
  NonNullable<Settings['topUp']>,
  'packId' | 'belowCredits' | 'monthlyCapCents'
> | null;

export const INITIAL_STATE: State = {
  connection: 'loading',
  problem: null,
  overview: null,
  ended: null,
  revision: 0,
  buying: null,
  saving: null,
  cancelling: new Set(),
  cancelProblem: null,
  durations: {},
  calculated: '',
};
