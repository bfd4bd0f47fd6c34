import type { Problem } from '../api/problem';
import type { Generation, Overview, Purchase } from '../api/types';

/**
 * loading: nothing has come yet. live: what is shown is how it is. offline: it is how it was, and the page tries on.
 * expired: the host has to give another token. error: nothing could be shown at all.
 */
export type Connection = 'loading' | 'live' | 'offline' | 'expired' | 'error';

export interface State {
  connection: Connection;
  /** Why it is offline, expired or an error. */
  problem: Problem | null;
  overview: Overview | null;
  /** The latest that ended while the page was open. */
  ended: Generation | null;
  /** Goes up whenever something may have been booked: whoever shows the journal asks again. */
  revision: number;
  buying: Buying | null;
  /** The settings that are being changed. */
  saving: Saving | null;
  /** The requests whose cancellation was asked for. */
  cancelling: ReadonlySet<string>;
  /** What a cancellation met, by request. */
  cancelProblem: Problem | null;
  /** The durations that were typed into the calculator, in seconds, by price. */
  durations: Readonly<Record<string, string>>;
  /** What the calculator has come to, once nobody is moving it: this is read out. */
  calculated: string;
}

/** One purchase from the first click to its end. The key stays the same until its end is known. */
export interface Buying {
  packId: string;
  credits: number;
  /** The price that is shown, which is the one that is agreed to. */
  priceCents: number;
  currency: string;
  key: string;
  /**
   * asking: shown, nothing sent. sending. pending: the bank hasn't decided. unknown: no answer came. done, failed: its end.
   */
  step: 'asking' | 'sending' | 'pending' | 'unknown' | 'done' | 'failed';
  /** The price that was shown before it changed. */
  earlierPriceCents: number | null;
  purchase: Purchase | null;
  problem: Problem | null;
}

export interface Saving {
  setting: 'low-balance' | 'top-up';
  step: 'sending' | 'done' | 'failed';
  problem: Problem | null;
}

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
