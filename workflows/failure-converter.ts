import { DefaultFailureConverter, type PayloadConverter } from '@temporalio/common';

/**
 * Bundled with the workflows in place of the SDK's own. What a worker in another language attaches to a failure, or to the
 * last heartbeat before a time-out, may be no JSON, and to fail at that would fail the workflow's task for ever.
 */
class LenientFailureConverter extends DefaultFailureConverter {
  override failureToError(
    ...[failure, converter, context]: Parameters<DefaultFailureConverter['failureToError']>
  ) {
    return super.failureToError(failure, lenient(converter), context);
  }
}

export const failureConverter = new LenientFailureConverter();

function lenient(converter: PayloadConverter): PayloadConverter {
  return {
    toPayload: (...value) => converter.toPayload(...value),
    fromPayload: (...payload) => {
      try {
        return converter.fromPayload(...payload);
      } catch {
        // Nobody reads them, but in Temporal's UI.
        return undefined as never;
      }
    },
  };
}
