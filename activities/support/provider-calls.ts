import { TransientProviderError } from '../../providers/provider-errors';

/** Of a lane that has just missed a deadline: calls that may wait for an answer, missed ones too. */
const UNANSWERED_MAX = 5;
/** Before one further call is let through to see; doubled each time that it isn't answered. */
const FIRST_PAUSE_MS = 5_000;
const PAUSE_MS_MAX = 60_000;
/** A full lane from which no call returns for so long is given up. */
const LOST_AFTER_MS = 600_000;

/** Half of the slots that a queue has by default. */
export const ABANDONED_MAX = 50;

export type ProviderName = 'generation' | 'payment' | 'notice';

/** What a provider is called for: its method, and the kind of generation if that is known. */
export interface Called {
  method: string;
  kind?: string;
}

/** The calls of one method and kind that have no answer after their deadline. */
export interface AbandonedCalls extends Called {
  provider: ProviderName;
  abandoned: number;
  /** Whether further calls are refused for now. */
  refuses: boolean;
  /** Whether only a new process helps: no further call is made before some return, and none does. */
  lost: boolean;
}

/** A call that was not made, because too many before it have no answer. */
export class ProviderNotAnswering extends TransientProviderError {
  override name = 'ProviderNotAnswering';
}

/** A call that had no answer by its deadline. Its failure's type is that of any passing error. */
export class UnansweredCall extends TransientProviderError {}

/** A call of a provider that has ended, or was not made. */
export interface ObservedProviderCall extends Called {
  provider: ProviderName;
  /** What it threw; absent where it answered. */
  error?: unknown;
  seconds: number;
}

export type ObserveProviderCall = (call: ObservedProviderCall) => void;

interface Lane extends Called {
  /** Including the abandoned ones: each is in memory until the provider's code returns. */
  underWay: number;
  abandoned: number;
  /** The abandoned calls from before the provider last answered one that was let through. */
  forgiven: number;
  pauseMs: number;
  tryAgainAtMs: number;
  returnedAtMs: number;
}

/**
 * The calls of one provider by this process, in a lane for each method and kind: what hangs in one
 * lane stops no other. Temporal can't end a call that hangs; without a deadline it would keep its
 * worker's slot for ever, and a few of them all slots.
 */
export class ProviderCalls {
  readonly #lanes = new Map<string, Lane>();

  /**
   * @param abandonedMax of a lane; what is under way besides is bounded by the worker's slots
   * @param observe is told of each call, and must not throw
   */
  constructor(
    readonly provider: ProviderName,
    private readonly abandonedMax = ABANDONED_MAX,
    private readonly nowMs = () => performance.now(),
    private readonly observe?: ObserveProviderCall,
  ) {}

  /**
   * Settles as the call does, or fails after `withinMs`. The outcome of a call that was abandoned is
   * ignored.
   *
   * @throws ProviderNotAnswering at once, if too many calls before have no answer
   * @throws UnansweredCall when there is no answer in time
   */
  async run<Answer>(
    called: Called,
    withinMs: number,
    call: () => Promise<Answer>,
  ): Promise<Answer> {
    const beganMs = this.nowMs();
    const tell = (thrown?: { error: unknown }) => {
      const seconds = (this.nowMs() - beganMs) / 1000;
      this.observe?.({ ...called, provider: this.provider, ...thrown, seconds });
    };
    try {
      const answer = await this.#runInLane(called, withinMs, call);
      tell();
      return answer;
    } catch (error) {
      tell({ error });
      throw error;
    }
  }

  async #runInLane<Answer>(
    called: Called,
    withinMs: number,
    call: () => Promise<Answer>,
  ): Promise<Answer> {
    const key = JSON.stringify([called.method, called.kind]);
    const lane = this.#lanes.get(key) ?? this.#newLane(called);
    this.#admit(lane);
    this.#lanes.set(key, lane);
    lane.underWay += 1;
    let isAbandoned = false;
    let timer: NodeJS.Timeout | undefined;
    const returned = () => {
      clearTimeout(timer);
      lane.underWay -= 1;
      lane.returnedAtMs = this.nowMs();
      if (isAbandoned) {
        lane.abandoned -= 1;
        lane.forgiven = Math.min(lane.forgiven, lane.abandoned);
        lane.tryAgainAtMs = 0;
      } else {
        lane.forgiven = lane.abandoned;
        lane.pauseMs = FIRST_PAUSE_MS;
      }
      if (lane.underWay === 0) this.#lanes.delete(key);
    };
    const deadline = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        isAbandoned = true;
        lane.abandoned += 1;
        reject(new UnansweredCall(`There was no answer within ${withinMs / 1000} s.`));
      }, withinMs);
    });
    // A provider may throw before it returns a promise.
    const answer = (async () => call())().finally(returned);
    return Promise.race([answer, deadline]);
  }

  /** Per method and kind, of those that have any. */
  abandoned(): AbandonedCalls[] {
    return [...this.#lanes.values()]
      .filter(({ abandoned }) => abandoned > 0)
      .map((lane) => ({
        ...{ provider: this.provider, method: lane.method, kind: lane.kind },
        abandoned: lane.abandoned,
        refuses: this.#isFull(lane) || isSuspect(lane),
        lost: this.#isFull(lane) && this.nowMs() - lane.returnedAtMs > LOST_AFTER_MS,
      }));
  }

  #admit(lane: Lane): void {
    if (this.#isFull(lane)) throw this.#refusal(lane, 'until some return');
    if (!isSuspect(lane)) return;
    const leftMs = lane.tryAgainAtMs - this.nowMs();
    if (leftMs > 0) throw this.#refusal(lane, `for ${Math.ceil(leftMs / 1000)} s`);
    lane.tryAgainAtMs = this.nowMs() + lane.pauseMs;
    lane.pauseMs = Math.min(2 * lane.pauseMs, PAUSE_MS_MAX);
  }

  #isFull({ abandoned }: Lane): boolean {
    return abandoned >= this.abandonedMax;
  }

  #refusal({ method, kind, underWay, abandoned }: Lane, howLong: string): ProviderNotAnswering {
    const what = kind === undefined ? method : `${method} for ${kind}`;
    return new ProviderNotAnswering(
      `Of ${underWay} calls of the ${this.provider} provider (${what}) ${abandoned} have had no answer in time; this worker makes no further one ${howLong}.`,
    );
  }

  #newLane(called: Called): Lane {
    return {
      ...{ ...called, underWay: 0, abandoned: 0, forgiven: 0 },
      ...{ pauseMs: FIRST_PAUSE_MS, tryAgainAtMs: 0, returnedAtMs: this.nowMs() },
    };
  }
}

function isSuspect({ underWay, abandoned, forgiven }: Lane): boolean {
  return abandoned > forgiven && underWay - forgiven >= UNANSWERED_MAX;
}
