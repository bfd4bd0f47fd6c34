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

/** The ledger's activities, asked quickly first, then for as long as it takes, whether the workflow has been cancelled or not. */
export function untilAnswered<Activities extends object, T>(ask: (activities: Activities) => Promise<T>): Promise<T> {
  return shielded(() =>
    withFallback(
      () => ask(quick<Activities>()),
      () => ask(proxyActivities<Activities>(PATIENT) as unknown as Activities),
    ),
  );
}

/** @throws ActivityFailure when there was no answer by then */
export function untilDeadline<Activities extends object, T>(
  ask: (activities: Activities) => Promise<T>,
  deadlineMs: number,
): Promise<T> {
  const patiently = () => {
    const patient = proxyActivities<Activities>({
      startToCloseTimeout: '15s',
      scheduleToCloseTimeout: Math.max(1, Math.ceil(deadlineMs - Date.now())),
      retry: { initialInterval: '1s', backoffCoefficient: 2, maximumInterval: '5s' },
    });
    return ask(patient as unknown as Activities);
  };
  return shielded(() => withFallback(() => ask(quick<Activities>()), patiently));
}

function quick<Activities extends object>(): Activities {
  return proxyLocalActivities<Activities>(QUICK) as unknown as Activities;
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
