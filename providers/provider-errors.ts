/** Try again soon: a 503, a dropped connection. */
export class TransientProviderError extends Error {
  override name = 'TransientProviderError';
}

/** Try again after `retryAfterMs`: a 429. */
export class RateLimitedProviderError extends Error {
  override name = 'RateLimitedProviderError';
  constructor(
    message: string,
    readonly retryAfterMs: number,
  ) {
    super(message);
  }
}

/** Never try again: the prompt is refused, the card is no card. `reason` becomes the release reason, or the decline's. */
export class PermanentProviderError extends Error {
  override name = 'PermanentProviderError';
  constructor(
    readonly reason: string,
    message: string,
  ) {
    super(message);
  }
}

/** Never deliver this notice again: whoever it was for does not want it. */
export class PermanentNotifierError extends Error {
  override name = 'PermanentNotifierError';
}
