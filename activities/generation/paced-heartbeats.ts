import type { Context } from '@temporalio/activity';
import type { GenerationProgress } from '../../contract/generation-job';

export interface PacedHeartbeats {
  /** Tells Temporal at once, or when the time has come if the last time is too recent. */
  beat(progress: GenerationProgress | undefined): void;
  /** What was held back is dropped. */
  stop(): void;
}

/**
 * An attempt's heartbeats, at most one every `everyMs`, and by default two within its heartbeat
 * time-out: on Temporal Cloud each one is an Action. The SDK's own throttle knows one interval for
 * all kinds. What is held back follows by a timer, because the attempt may be waiting for its
 * provider by then.
 */
export function pacedHeartbeats(
  context: Context,
  everyMs: number = Number.POSITIVE_INFINITY,
): PacedHeartbeats {
  const { heartbeatTimeoutMs } = context.info;
  const pauseMs = heartbeatTimeoutMs ? Math.min(everyMs, heartbeatTimeoutMs / 2) : 0;
  let sentMs = Number.NEGATIVE_INFINITY;
  let timer: NodeJS.Timeout | undefined;
  let latest: GenerationProgress | undefined;
  const send = () => {
    timer = undefined;
    sentMs = performance.now();
    context.heartbeat(latest);
  };
  return {
    beat(progress) {
      latest = progress;
      const dueInMs = sentMs + pauseMs - performance.now();
      if (dueInMs <= 0) {
        clearTimeout(timer);
        send();
      } else timer ??= setTimeout(send, dueInMs);
    },
    stop: () => clearTimeout(timer),
  };
}
