import type { ObserveCall } from '../ledger/connection/observed-call';
import { type Outcome, outcomeOf } from './outcomes';

interface Observers {
  calls: ObserveCall[];
  outcomes: ((outcome: Outcome) => void)[];
  /** What an observer throws ends here: it must not fail the call that it looked at. */
  onFault: (error: unknown) => void;
}

/** Tells each observer of each call, and of what the call has decided. */
export function observing({ calls, outcomes, onFault }: Observers): ObserveCall {
  return (call) => {
    try {
      for (const observe of calls) observe(call);
      const outcome = outcomeOf(call);
      if (outcome) for (const observe of outcomes) observe(outcome);
    } catch (error) {
      onFault(error);
    }
  };
}
