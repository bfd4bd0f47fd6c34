import { randomUUID } from 'node:crypto';
import { HoldfastError } from '../contract/errors';
import { checkAccountId } from '../contract/ids';
import { canonicalJson } from '../contract/json';
import type {
  AccountSettings,
  LimitsRequest,
  LowBalanceRequest,
  SettingsChange,
  Stop,
  StopRequest,
  StopScope,
  TopUpRequest,
} from '../contract/settings';
import { parseSettingsChange } from '../contract/settings';
import { settingsWorkflowId } from '../workflows/messages';
import { ACCOUNT_ATTRIBUTE } from '../workflows/search-attributes';
import type { settingsWorkflow } from '../workflows/workflows';
import { type ClientContext, readerOf } from './client-context';
import { unansweredError } from './errors';

const CHANGE_TIMEOUT_MS = 10_000;

export interface ChangeOptions {
  /** 10,000 by default. */
  timeoutMs?: number;
}

/**
 * What an account's owner or an operator sets. Every change may be repeated with the same key: it is made once, and the
 * first answer is given again. All of them throw HoldfastErrors: bad input by its own code; IDEMPOTENCY_CONFLICT;
 * ADMISSION_UNKNOWN, NO_WORKER, TEMPORAL_UNAVAILABLE (repeat the call); and the refusals that each one names.
 */
export class Settings {
  readonly #context: ClientContext;

  constructor(context: ClientContext) {
    this.#context = context;
  }

  /** An unknown account has none. @throws HoldfastError INVALID_ACCOUNT_ID, LEDGER_UNAVAILABLE */
  async get(accountId: string): Promise<AccountSettings> {
    return readerOf(this.#context).accountSettings(checkAccountId(accountId));
  }

  /**
   * @example await holdfast.settings.setLimits({ accountId: 'acme', key: 'l1', concurrentGenerationsMax: 3 })
   * @throws HoldfastError INVALID_LIMIT
   */
  setLimits(request: LimitsRequest, options?: ChangeOptions): Promise<AccountSettings> {
    return this.#change({ ...request, setting: 'limits' }, options);
  }

  /** @throws HoldfastError INVALID_THRESHOLD */
  setLowBalance(request: LowBalanceRequest, options?: ChangeOptions): Promise<AccountSettings> {
    return this.#change({ ...request, setting: 'low-balance' }, options);
  }

  /**
   * Lets the account buy packs by itself, or no longer (`topUp: null`).
   *
   * @throws HoldfastError UNKNOWN_PACK, INVALID_THRESHOLD, INVALID_MONTHLY_CAP, INVALID_PAYMENT_METHOD, TOP_UP_CAP_TOO_LOW
   */
  setTopUp(request: TopUpRequest, options?: ChangeOptions): Promise<AccountSettings> {
    return this.#change({ ...request, setting: 'top-up' }, options);
  }

  /** Stops admissions from now on; what runs goes on. Callers see the reason. @throws HoldfastError INVALID_STOP, UNKNOWN_KIND */
  stop(request: StopRequest & { key?: string }, options?: ChangeOptions): Promise<Stop> {
    return this.#change({ ...request, key: request.key ?? randomUUID(), setting: 'stop' }, options);
  }

  /** Ends exactly that stop; `admitted` is false where there was none. @throws HoldfastError INVALID_STOP */
  admit(
    scope: StopScope & { key?: string },
    options?: ChangeOptions,
  ): Promise<{ admitted: boolean }> {
    return this.#change({ ...scope, key: scope.key ?? randomUUID(), setting: 'admit' }, options);
  }

  async #change<T>(
    raw: SettingsChange,
    { timeoutMs = CHANGE_TIMEOUT_MS }: ChangeOptions = {},
  ): Promise<T> {
    const change = parseSettingsChange(raw);
    const { setting, accountId, key } = change;
    try {
      const outcome = await this.#context.temporal.connection.withDeadline(
        Date.now() + timeoutMs,
        () =>
          this.#context.temporal.workflow.execute<typeof settingsWorkflow>('settingsWorkflow', {
            workflowId: settingsWorkflowId(accountId, key),
            taskQueue: this.#context.taskQueue,
            args: [change],
            workflowIdConflictPolicy: 'USE_EXISTING',
            workflowIdReusePolicy: 'ALLOW_DUPLICATE',
            staticSummary: `${setting} of ${accountId ?? 'all accounts'}`,
            ...(accountId !== null && {
              typedSearchAttributes: [{ key: ACCOUNT_ATTRIBUTE, value: accountId }],
            }),
          }),
      );
      // A call that joined a running workflow got the answer to whatever that one was asked.
      if (canonicalJson(outcome.change) !== canonicalJson(change)) {
        throw new HoldfastError(
          'IDEMPOTENCY_CONFLICT',
          `Key ${key} was used before for another change.`,
          { key },
        );
      }
      if (!outcome.ok) throw HoldfastError.of(outcome.refusal);
      return outcome.value as T;
    } catch (error) {
      throw await unansweredError(error, this.#context.temporal, this.#context.taskQueue);
    }
  }
}
