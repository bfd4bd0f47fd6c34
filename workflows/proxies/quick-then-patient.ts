import { CancellationScope, proxyActivities, proxyLocalActivities, TemporalFailure } from '@temporalio/workflow';

/** Quick and without events of their own; after a few seconds the regular twin takes over, which an operator can see and pause. */
const QUICK = {
  startToCloseTimeout: '2s',
  scheduleToCloseTimeout: '4s',
  retry: { initialInterval: '100ms', backoffCoefficient: 2, maximumAttempts: 4 },
} as const;

/** Without limit: the credits are someone's. */
const PATIENT = {
  startToCloseTimeout: '15s',
  retry: { initialInterval: '1s', backoffCoefficient: 2, maximumInterval: '30s' },
} as const;

/**
 * Activities of the ledger, each asked quickly first, then for as long as it takes, whether the workflow has been cancelled
 * or not: every operation is safe to repeat.
 */
export function untilAnswered<Activities extends object>(): Activities {
  return quickThen(() => proxyActivities<Activities>(PATIENT));
}

/** The same until a deadline. Each throws an ActivityFailure where there was no answer by then. */
export function untilDeadline<Activities extends object>(deadlineMs: number): Activities {
  return quickThen(() =>
    proxyActivities<Activities>({
      startToCloseTimeout: '15s',
      scheduleToCloseTimeout: Math.max(1, Math.ceil(deadlineMs - Date.now())),
      retry: { initialInterval: '1s', backoffCoefficient: 2, maximumInterval: '5s' },
    }),
  );
}

type Ask = (...inputs: unknown[]) => Promise<unknown>;

function quickThen<Activities extends object>(patient: () => object): Activities {
  const ask = (activities: object, name: string) => (activities as Record<string, Ask>)[name] as Ask;
  const get =
    (_: unknown, name: string): Ask =>
    (...inputs) =>
      shielded(() =>
        withFallback(
          () => ask(proxyLocalActivities<Activities>(QUICK), name)(...inputs),
          () => ask(patient(), name)(...inputs),
        ),
      );
  return new Proxy({}, { get }) as Activities;
}

/** Whatever ended the local attempts (the SDK hands some of their failures over bare, without an ActivityFailure). */
async function withFallback<T>(local: () => Promise<T>, regular: () => Promise<T>): Promise<T> {
  try {
    return await local();
  } catch (error) {
    if (!(error instanceof TemporalFailure)) throw error;
    return await regular();
  }
}

export function shielded<T>(run: () => Promise<T>): Promise<T> {
  return CancellationScope.nonCancellable(run);
}
