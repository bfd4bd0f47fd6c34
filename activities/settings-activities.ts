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
import type { Ledger } from '../ledger/ledger';
import type { PaymentProvider } from '../providers/payment-provider';
import { askingOwnership, NOT_UNDERSTOOD } from './support/payment-method';
import { parsedActivity } from './support/refusals';
import { claimedIdentity, serviceInOwnersStead } from './support/temporal';

/** The ledger's side of settings. */
export interface SettingsActivities {
  /**
   * Changes limits, thresholds, the top-up or a stop, once per `key`: a repetition gets the first
   * answer. Refusals are values, bad input included. The payment provider is asked whose a top-up's
   * payment method is; the ledger, which knows the key, judges. While the provider can't be reached,
   * the third attempt refuses.
   */
  changeSettings(change: SettingsChange): Promise<Outcome<ChangedSettings>>;
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
}

export function createSettingsActivities({
  ledger,
  temporal,
  paymentProvider,
}: SettingsActivitiesOptions): SettingsActivities {
  const { settings } = ledger;
  const ownership = askingOwnership(paymentProvider);

  async function setTopUp(change: TopUpRequest): Promise<Outcome<AccountSettings>> {
    const whose = await ownership(change.accountId, change.topUp?.paymentMethod).catch(
      asUnreachable,
    );
    if (whose === 'not-understood') return { ok: false, refusal: NOT_UNDERSTOOD };
    if (whose === 'unreachable') return { ok: false, refusal: UNREACHABLE };
    const isOwned = whose === 'not-asked' ? undefined : whose === 'owned';
    return settings.setTopUp(change, isOwned, await serviceInOwnersStead(temporal));
  }

  async function changed(change: SettingsChange): Promise<Outcome<ChangedSettings>> {
    switch (change.setting) {
      case 'limits': {
        const { setting: _, ...limits } = change;
        return settings.setLimits(limits, await serviceInOwnersStead(temporal));
      }
      case 'low-balance':
        return settings.setLowBalance(change, await serviceInOwnersStead(temporal));
      case 'top-up':
        return setTopUp(change);
      case 'stop':
        return settings.stop(change, await claimedIdentity(temporal));
      case 'admit':
        return settings.admit(change, await claimedIdentity(temporal));
    }
  }

  return { changeSettings: parsedActivity(parseSettingsChange, changed) };
}
