import { badInput } from './error-codes/definition';
import type { Dimensions, Price } from './price';

/** The dimensions of a request that says none. */
export const DIMENSION_DEFAULTS = { seconds: null, audio: false } as const;

/** The codes of requests that a kind has no price for. */
export const PRICE_CODES = {
  INVALID_DURATION: badInput(
    'The duration is not a finite number of seconds with three decimals at most.',
  ),
  DURATION_REQUIRED: badInput('This kind is priced by time and needs a duration.'),
  DURATION_NOT_ALLOWED: badInput('This kind is priced per generation and takes no duration.'),
  DURATION_NOT_POSITIVE: badInput('The duration must be more than zero.'),
  DURATION_TOO_LONG: badInput('The duration is over the maximum of this kind.'),
  AUDIO_NOT_ALLOWED: badInput('This kind has no price with audio.'),
};

/** A value of a dimension that has a price of its own. */
export interface PricedValue {
  readonly dimension: Exclude<keyof Dimensions, 'seconds'>;
  readonly value: Dimensions[PricedValue['dimension']];
  /** The member of a kind's price that says what it costs. A kind without it hasn't the value. */
  readonly member: Exclude<keyof Price, 'credits' | 'perSeconds'>;
  /** What follows the kind: `text-to-video-veo3 with audio`. */
  readonly words: string;
  /** For a kind that hasn't the value. */
  readonly code: keyof typeof PRICE_CODES;
}

/** What else than time a price depends on. Other values cost the price's `credits`. */
export const PRICED_VALUES: readonly PricedValue[] = [
  {
    dimension: 'audio',
    value: true,
    member: 'creditsWithAudio',
    words: 'with audio',
    code: 'AUDIO_NOT_ALLOWED',
  },
];
