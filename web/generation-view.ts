import type { GenerationResult } from '../client/client';
import { NO_PROGRESS, type ReportedProgress } from '../client/workflow-state';
import type { ErrorDetails } from '../contract/errors';
import type { RequestRecord } from '../contract/generation';
import { refusalFigures } from '../contract/generation-result';
import { type Generation, generation } from '../contract/generation-view';
import { published } from '../contract/parse';
import { resultOfRecord } from '../domain/generation/generation-result';

type Ending = Pick<Generation, 'status'> & Partial<Generation>;

/** A generation of the ledger as the API shows it. */
export function generationOf(
  record: RequestRecord,
  { progress, progressAt }: ReportedProgress = NO_PROGRESS,
): Generation {
  const hasEnded = record.resolvedAt !== null;
  return published(generation, {
    ...record,
    returned: hasEnded ? record.reserved - record.charged : 0,
    ...(record.status === 'open' ? { progress, progressAt } : NO_PROGRESS),
    status: record.status === 'waiting' ? 'waiting' : 'running',
    ...(hasEnded && endingOf(resultOfRecord(record, ''))),
  });
}

/** A generation that the ledger doesn't have: it has just been started, or was rejected. */
export function unreservedGenerationOf(
  accountId: string,
  requestId: string,
  ending: Ending,
): Generation {
  return { ...UNRESERVED, accountId, requestId, ...ending };
}

/** How a generation ended, with the figures of a refusal. */
export function endingOf(result: GenerationResult): Ending {
  const { status, reason = null, message } = result;
  return {
    status,
    reason,
    ...(message !== undefined && { message }),
    ...(status === 'rejected' && { refusal: figuresOf(result) }),
  };
}

/** The figures of a refusal, without the name of the operator who has stopped an account. */
export function figuresOf(result: GenerationResult): ErrorDetails {
  const { by: _by, ...details } = result.details ?? {};
  return { ...details, ...published(refusalFigures, result) };
}

/** Values for a field of which nothing is known. The first that its schema takes is used. */
const EMPTY_VALUES = [undefined, null, 0, false, [], {}];

const UNRESERVED = Object.fromEntries(
  Object.entries(generation.shape).flatMap(([name, field]) => {
    const [empty] = EMPTY_VALUES.map((value) => field.safeParse(value)).filter(
      ({ success }) => success,
    );
    return empty?.data === undefined ? [] : [[name, empty.data]];
  }),
) as Omit<Generation, 'accountId' | 'requestId' | 'status'>;
