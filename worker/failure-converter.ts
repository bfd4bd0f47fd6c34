import { DefaultFailureConverter } from '@temporalio/common';

/** For activities of a worker with a codec: message and stack of a failure are encrypted too. */
export const failureConverter = new DefaultFailureConverter({ encodeCommonAttributes: true });
