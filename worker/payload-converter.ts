import { ApplicationFailure, type PayloadConverter } from '@temporalio/common';
import { isUnreadable, payloadConverter as ofWorkflows } from '../workflows/payload-converter';

/**
 * The payload converter of activities, in workers that have a codec. A step that this worker can't
 * read is tried again, perhaps by a worker that has the key: a job under way must not end by it.
 */
export const payloadConverter: PayloadConverter = {
  toPayload: (...value) => ofWorkflows.toPayload(...value),
  fromPayload: (...payload) => {
    try {
      return ofWorkflows.fromPayload(...payload);
    } catch (error) {
      if (isUnreadable(error)) throw ApplicationFailure.retryable(error.message, error.type);
      throw error;
    }
  },
};
