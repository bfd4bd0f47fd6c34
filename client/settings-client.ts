import { randomUUID } from 'node:crypto';
import { SERVICE_MEMO } from '../contract/act';
import { COMMAND_WITHIN_SECONDS } from '../contract/command';
import { HoldfastError } from '../contract/errors';
import { checkAccountId } from '../contract/ids';
import { canonicalJson } from '../contract/json';
import {
  type AccountSettings,
  type AdmitRequest,
  type LimitsRequest,
  type LowBalanceRequest,
  parseSettingsChange,
  type SettingsChange,
  type Stop,
  type StopRequest,
  type TopUpRequest,
} from '../contract/settings';
import { settingsWorkflowId } from '../workflows/messages';
import { ACCOUNT_ATTRIBUTE } from '../workflows/search-attributes';
import type { settingsWorkflow } from '../workflows/workflows';
import { type ClientContext, readerOf } from './client-context';
import { translateCallError } from './errors';

const CHANGE_TIMEOUT_MS = 10_000;

/** How a change is sent. */
export interface ChangeOptions {
  /** How long to wait for the answer; 10,000 by default. */
  timeoutMs?: number;
  /** The service that changes what is an owner's to set, which is kept as an act. */
  service?: string;
}

/**
 * The settings of an account, set by its owner or an operator. A change is made once per key: a
 * repetition with the same key and body gets the first answer.
 *
 * Every change throws HoldfastErrors: INVALID_ACCOUNT_ID, INVALID_KEY and INVALID_ARGUMENT for bad
 * input; IDEMPOTENCY_CONFLICT for a key that was used for another change; SUPERSEDED if the same
 * setting was changed later, and COMMAND_EXPIRED a minute after the start, both of which leave
 * everything as it is; ADMISSION_UNKNOWN, NO_WORKER and TEMPORAL_UNAVAILABLE, after which it isn't
 * known whether the change was made: it will not be after `details.notAfter`, and the call may be
 * repeated with the same key; and the codes that the method names.
 */
export class Settings {
  readonly #context: ClientContext;

  constructor(context: ClientContext) {
    this.#context = context;
  }

  /**
   * The account's limits, low-balance thresholds, top-up rule and stops. An unknown account has
   * none of them.
   *
   * @throws HoldfastError INVALID_ACCOUNT_ID, LEDGER_UNAVAILABLE
   */
  async get(accountId: string): Promise<AccountSettings> {
    return readerOf(this.#context).accountSettings(checkAccountId(accountId));
  }

  /**
   * Sets limits in credits per UTC day, credits per generation, and generations at once. A limit
   * that is left out stays as it is; null removes it.
   *
   * @example await holdfast.settings.setLimits({
   *   accountId: 'acme', key: 'limits-1', concurrentGenerationsMax: 3,
   * })
   * @throws HoldfastError INVALID_LIMIT
   */
  setLimits(request: LimitsRequest, options?: ChangeOptions): Promise<AccountSettings> {
    return this.#change({ ...request, setting: 'limits' }, options);
  }

  /**
   * Replaces the thresholds below which the owner gets a low-balance notice: so many credits, or a
   * percentage of the cycle's grant. An empty list turns the notice off.
   *
   * @example await holdfast.settings.setLowBalance({
   *   accountId: 'acme', key: 'thresholds-1', lowBalance: [{ credits: 20 }],
   * })
   * @throws HoldfastError INVALID_THRESHOLD
   */
  setLowBalance(request: LowBalanceRequest, options?: ChangeOptions): Promise<AccountSettings> {
    return this.#change({ ...request, setting: 'low-balance' }, options);
  }

  /**
   * Sets the rule by which a pack is bought automatically when fewer than `belowCredits` are
   * available, up to `monthlyCapCents` per calendar month (UTC). `topUp: null` turns it off.
   *
   * @throws HoldfastError UNKNOWN_PACK, INVALID_THRESHOLD, INVALID_MONTHLY_CAP,
   *   INVALID_PAYMENT_METHOD, TOP_UP_CAP_TOO_LOW, TOP_UP_THRESHOLD_TOO_HIGH,
   *   PAYMENT_METHOD_NOT_OWNED, PAYMENT_METHOD_REFUSED, PROVIDER_FAULT,
   *   PAYMENT_PROVIDER_UNAVAILABLE
   */
  setTopUp(request: TopUpRequest, options?: ChangeOptions): Promise<AccountSettings> {
    return this.#change({ ...request, setting: 'top-up' }, options);
  }

  /**
   * Stops the admission of generations, of an account, a kind or both; null stands for all. What
   * runs goes on. Callers are told the reason. The key is random by default.
   *
   * @throws HoldfastError INVALID_STOP, UNKNOWN_KIND
   */
  stop(request: StopRequest & { key?: string }, options?: ChangeOptions): Promise<Stop> {
    return this.#change({ ...request, key: request.key ?? randomUUID(), setting: 'stop' }, options);
  }

  /**
   * Ends the stop of exactly this account and kind; a wider or narrower stop stays. `admitted` is
   * false if there was none. What the stop was is kept, with `reason` and `by`. The key is random by
   * default.
   *
   * @throws HoldfastError INVALID_STOP, UNKNOWN_KIND
   */
  admit(
    scope: Omit<AdmitRequest, 'key'> & { key?: string },
    options?: ChangeOptions,
  ): Promise<{ admitted: boolean }> {
    return this.#change({ ...scope, key: scope.key ?? randomUUID(), setting: 'admit' }, options);
  }

  async #change<T>(
    raw: SettingsChange,
    { timeoutMs = CHANGE_TIMEOUT_MS, service }: ChangeOptions = {},
  ): Promise<T> {
    const change = parseSettingsChange(raw);
    const { setting, accountId, key } = change;
    const { temporal, ledgerCheck } = this.#context;
    try {
      const outcome = await temporal.connection.withDeadline(Date.now() + timeoutMs, async () => {
        await ledgerCheck.ensure();
        return temporal.workflow.execute<typeof settingsWorkflow>('settingsWorkflow', {
          workflowId: settingsWorkflowId(accountId, key),
          taskQueue: this.#context.taskQueue,
          args: [change],
          workflowIdConflictPolicy: 'USE_EXISTING',
          workflowIdReusePolicy: 'ALLOW_DUPLICATE',
          ...(service !== undefined && { memo: { [SERVICE_MEMO]: service } }),
          staticSummary: `${setting} of ${accountId ?? 'all accounts'}`,
          ...(accountId !== null && {
            typedSearchAttributes: [{ key: ACCOUNT_ATTRIBUTE, value: accountId }],
          }),
        });
      });
      // A call that joined a running workflow gets that workflow's answer, which may be to another
      // change.
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
      const { taskQueue } = this.#context;
      throw await translateCallError(error, temporal, taskQueue, COMMAND_WITHIN_SECONDS);
    }
  }
}
