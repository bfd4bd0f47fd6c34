import { type BillingEventKey, parseBillingEventKey } from '../contract/billing-event';
import { billingEventStart } from '../workflows/start-options';
import type { billingEventWorkflow } from '../workflows/workflows';
import type { ClientContext } from './client-context';
import { translateSentError } from './errors';

const START_TIMEOUT_MS = 5_000;

/** Events of billing systems that the ledger has kept. */
export class BillingEvents {
  readonly #context: ClientContext;

  constructor(context: ClientContext) {
    this.#context = context;
  }

  /**
   * Starts the workflow that applies an event; a running one goes on. Reconciliation starts one that
   * was never started.
   *
   * @throws HoldfastError INVALID_KEY, INVALID_ARGUMENT, TEMPORAL_UNAVAILABLE
   */
  async takeUp({ source, eventId }: BillingEventKey): Promise<void> {
    const key = parseBillingEventKey({ source, eventId });
    const { temporal, taskQueue, ledgerCheck } = this.#context;
    try {
      await temporal.connection.withDeadline(Date.now() + START_TIMEOUT_MS, async () => {
        await ledgerCheck.ensure();
        await temporal.workflow.start<typeof billingEventWorkflow>(
          'billingEventWorkflow',
          billingEventStart(key, taskQueue),
        );
      });
    } catch (error) {
      throw translateSentError(error);
    }
  }
}
