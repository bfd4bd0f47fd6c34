import { Context } from '@temporalio/activity';
import type { Client } from '@temporalio/client';
import type { Refusal } from '../contract/errors';
import type { Outcome } from '../contract/outcome';
import type {
  AccountSettings,
  ChangedSettings,
  SettingsChange,
  TopUpRequest,
} from '../contract/settings';
import { parseSettingsChange } from '../contract/settings';
import type { Ledger, Ordered } from '../ledger/ledger';
import type { PaymentProvider } from '../providers/payment-provider';
import { askingOwnership, NOT_UNDERSTOOD } from './support/payment-method';
import type { ProviderCalls } from './support/provider-calls';
import { parsedActivity } from './support/refusals';
import { claimedIdentity, describeOwnWorkflow, serviceInOwnersStead } from './support/temporal';
import { type CommandStart, commandOf } from './support/temporal-time';

/** The ledger's side of settings. */
export interface SettingsActivities {
  /**
   * Changes limits, thresholds, the top-up or a stop, once per `key`: a repetition gets the first
   * answer. Refusals are values, bad input included. The payment provider is asked whose a top-up's
   * payment method is; the ledger, which knows the key, judges. While the provider can't be reached,
   * the third attempt refuses. `start` bounds when the change may take effect, and orders it among
   * those of the same setting; without it, it counts as the latest.
   */
  changeSettings(change: SettingsChange, start?: CommandStart): Promise<Outcome<ChangedSettings>>;
}

const UNREACHABLE: Refusal = {
  code: 'PAYMENT_PROVIDER_UNAVAILABLE',
  message: 'The payment provider can’t say whose the payment method is. Nothing was changed.',
};

/** A setting that waited for the provider could undo a later one. */
const ATTEMPTS_MAX = 3;

function asUnreachable(error: unknown): 'unreachable' {
  if (Context.current().info.attempt < ATTEMPTS_MAX) throw error;
  return 'unreachable';
}

interface SettingsActivitiesOptions {
  ledger: Pick<Ledger, 'settings'>;
  temporal: Client;
  paymentProvider?: PaymentProvider;
  /** The process's calls of the payment provider. */
  paymentCalls?: ProviderCalls;
}

export function createSettingsActivities({
  ledger,
  temporal,
  paymentProvider,
  paymentCalls,
}: SettingsActivitiesOptions): SettingsActivities {
  const { settings } = ledger;
  const ownership = askingOwnership(paymentProvider, paymentCalls);

  async function setTopUp(
    change: TopUpRequest,
    ordered: Ordered,
  ): Promise<Outcome<AccountSettings>> {
    const whose = await ownership(change.accountId, change.topUp?.paymentMethod).catch(
      asUnreachable,
    );
    if (whose === 'not-understood') return { ok: false, refusal: NOT_UNDERSTOOD };
    if (whose === 'unreachable') return { ok: false, refusal: UNREACHABLE };
    const isOwned = whose === 'not-asked' ? undefined : whose === 'owned';
    return settings.setTopUp(change, isOwned, ordered);
  }

  async function changed(
    change: SettingsChange,
    start?: CommandStart,
  ): Promise<Outcome<ChangedSettings>> {
    if (change.setting === 'stop' || change.setting === 'admit') {
      const identity = await claimedIdentity(temporal);
      const command = await commandOf(temporal, start);
      return settings.change(change, { claimedIdentity: identity, command });
    }
    const workflow = await describeOwnWorkflow(temporal);
    const act = await serviceInOwnersStead(temporal, workflow);
    const ordered = { act, command: await commandOf(temporal, start, workflow) };
    return change.setting === 'top-up'
      ? setTopUp(change, ordered)
      : settings.change(change, ordered);
  }

  return { changeSettings: parsedActivity(parseSettingsChange, changed) };
}
