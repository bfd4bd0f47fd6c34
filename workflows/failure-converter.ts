import { DefaultFailureConverter, type PayloadConverter } from '@temporalio/common';

/**
 * The global by which a worker with a codec asks for encrypted failures. worker/workflow-bundle.ts
 * sets it before the bundle runs.
 */
const { encodesFailures = false } = globalThis as { encodesFailures?: boolean };

/**
 * Replaces the SDK's failure converter in the workflow bundle. The details that a worker in another
 * language attaches to a failure, or to the last heartbeat before a time-out, may be no JSON;
 * failing to decode them would fail the workflow's task for ever. The message and the stack of a
 * failure quote callers and providers, so a codec encrypts them too.
 */
class LenientFailureConverter extends DefaultFailureConverter {
  override failureToError(
    ...[failure, converter, context]: Parameters<DefaultFailureConverter['failureToError']>
  ) {
    return super.failureToError(failure, lenient(converter), context);
  }
}

export const failureConverter = new LenientFailureConverter({
  encodeCommonAttributes: encodesFailures,
});

function lenient(converter: PayloadConverter): PayloadConverter {
  return {
    toPayload: (...value) => converter.toPayload(...value),
    fromPayload: (...payload) => {
      try {
        return converter.fromPayload(...payload);
      } catch {
        // No workflow reads them; Temporal's UI shows them undecoded.
        return undefined as never;
      }
    },
  };
}
