import type { GenerationResult } from '../client/client';
import type { ErrorDetails } from '../contract/errors';
import { type RequestRecord, refusalFigures } from '../contract/generation';
import { type Generation, generation } from '../contract/generation-view';
import { published } from '../contract/parse';
import { resultOfRecord } from '../domain/generation/generation-result';

type Ending = Pick<Generation, 'status'> & Partial<Generation>;

/** A generation as the ledger has it, in the words of the API. */
export function generationOf(record: RequestRecord, progress: number | null = null): Generation {
  const hasEnded = record.resolvedAt !== null;
  return published(generation, {
    ...record,
    returned: hasEnded ? record.reserved - record.charged : 0,
    progress: record.status === 'open' ? progress : null,
    status: record.status === 'waiting' ? 'waiting' : 'running',
    ...(hasEnded && endingOf(resultOfRecord(record, ''))),
  });
}

/** One that never came into the ledger: it has just begun, or was rejected. */
export function unreservedOf(accountId: string, requestId: string, ending: Ending): Generation {
  return { ...UNRESERVED, accountId, requestId, ...ending };
}

/** How it ended, with the figures of a refusal. */
export function endingOf(result: GenerationResult): Ending {
  const { status, reason = null, message } = result;
  return {
    status,
    reason,
    ...(message !== undefined && { message }),
    ...(status === 'rejected' && { refusal: figuresOf(result) }),
  };
}

/** The figures of a refusal, wherever the result keeps them; but not the name of who has stopped an account. */
export function figuresOf(result: GenerationResult): ErrorDetails {
  const { by: _by, ...details } = result.details ?? {};
  return { ...details, ...published(refusalFigures, result) };
}

/** Null, zero, false, or none of them: what the schema takes for a field of which nothing is known. */
const NOTHING = [undefined, null, 0, false, [], {}];

const UNRESERVED = Object.fromEntries(
  Object.entries(generation.shape).flatMap(([name, field]) => {
    const [nothing] = NOTHING.map((value) => field.safeParse(value)).filter(
      ({ success }) => success,
    );
    return nothing?.data === undefined ? [] : [[name, nothing.data]];
  }),
) as Omit<Generation, 'accountId' | 'requestId' | 'status'>;
