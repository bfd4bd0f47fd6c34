import { ERROR_CATALOGUE, HoldfastError } from '../contract/errors';

/**
 * Whoever gets no answer needs the ids, to ask again or to look it up, above all where they were random ones.
 *
 * @example await tellingIds({ requestId: 'r1' }, answer) → NO_WORKER: … The request id is r1.
 */
export async function tellingIds<T>(ids: Record<string, string>, answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    if (!(error instanceof HoldfastError) || ERROR_CATALOGUE[error.code].class !== 'unavailable')
      throw error;
    const named = Object.entries(ids).map(
      ([name, id]) => `the ${name.replace('Id', ' id')} is ${id}`,
    );
    const sentence = `${named.join(', ').replace(/^t/, 'T')}.`;
    const details = { ...ids, ...error.details };
    throw new HoldfastError(error.code, `${error.message} ${sentence}`, details, { cause: error });
  }
}
