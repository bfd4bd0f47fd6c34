/** A passing fault, such as a 503 or a dropped connection: the call is made again soon. */
export class TransientProviderError extends Error {
  override name = 'TransientProviderError';
}

/**
 * Too many requests (a 429): the call is made again after `retryAfterMs`. More than an hour is
 * ignored.
 */
export class RateLimitedProviderError extends Error {
  override name = 'RateLimitedProviderError';
  constructor(
    message: string,
    readonly retryAfterMs: number,
  ) {
    super(message);
  }
}

/**
 * A refusal for good: the prompt is refused, the card is invalid. The call is not made again.
 * `reason` becomes the release reason or the decline's; it is cut to one line of 512 characters.
 * `retry: 'never'`, of a decline: the payment method must never be charged again.
 */
export class PermanentProviderError extends Error {
  override name = 'PermanentProviderError';
  constructor(
    readonly reason: string,
    message: string,
    readonly retry?: 'never',
  ) {
    super(message);
  }
}

/** The notice is given up and never delivered again, because its receiver refuses it. */
export class PermanentNotifierError extends Error {
  override name = 'PermanentNotifierError';
}
