import { setTimeout as pause } from 'node:timers/promises';
import { ERROR_CATALOGUE, type ErrorCode } from '../../../contract/error-catalogue';
import { HoldfastError } from '../../../contract/errors';
import type { Asked } from '../comparison/asked';
import type { Random } from '../random';
import { count, type Tally } from '../tally';

export type Answered<T> = { ok: true; value: T } | { ok: false; code: ErrorCode };

/** What every operation of the load needs. */
export interface Asking {
  asked: Asked;
  tally: Tally;
  random: Random;
  /** When what still has no answer is given up; a finding then. */
  giveUpAtMs(): number;
}

/** No definite answer came until the run's very end. */
export class NeverAnswered extends Error {}

/** A hanging call must not hold up its repetition. */
const CALL_MS_MAX = 60_000;
/** So long a call waits for its repetition at most; at first less. */
const AGAIN_MS_MAX = 2_000;

async function within<T>(call: () => Promise<T>): Promise<T> {
  const stop = new AbortController();
  const late = pause(CALL_MS_MAX, undefined, { signal: stop.signal }).then(() => {
    throw new HoldfastError('ADMISSION_UNKNOWN', 'The call hangs.');
  });
  late.catch(() => {});
  try {
    return await Promise.race([call(), late]);
  } finally {
    stop.abort();
  }
}

/** Whether the same call is to be made again; what has a definite end is not. */
function isToBeRepeated({ code, retryable }: HoldfastError): boolean {
  const { class: errorClass } = ERROR_CATALOGUE[code];
  return retryable && errorClass !== 'bad-input';
}

/**
 * Makes a call again and again, under the same key, until it has a definite answer: a value or a
 * refusal. Anything else than an error of the catalogue's that may pass is a finding.
 */
export async function untilAnswered<T>(
  { asked, tally, random, giveUpAtMs }: Asking,
  command: string,
  named: string,
  call: () => Promise<T>,
): Promise<Answered<T>> {
  const begunMs = performance.now();
  for (let attempt = 1; ; attempt += 1) {
    try {
      const value = await within(call);
      tally.acknowledge(command, performance.now() - begunMs);
      return { ok: true, value };
    } catch (error) {
      if (!(error instanceof HoldfastError) || error.code === 'INTERNAL')
        asked.findings.push(`${command} ${named}: ${inWords(error)}`);
      const isKnown = error instanceof HoldfastError && error.code !== 'INTERNAL';
      if (isKnown && !isToBeRepeated(error)) {
        tally.acknowledge(command, performance.now() - begunMs);
        count(tally.refused, error.code);
        return { ok: false, code: error.code };
      }
      count(tally.unanswered, error instanceof HoldfastError ? error.code : 'INTERNAL');
      if (Date.now() > giveUpAtMs())
        throw new NeverAnswered(`${command} ${named}: ${inWords(error)}`);
    }
    await pause(random.between(50, Math.min(400 * attempt, AGAIN_MS_MAX)));
  }
}

function inWords(error: unknown): string {
  if (error instanceof HoldfastError) return `${error.code}: ${error.message}`;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
