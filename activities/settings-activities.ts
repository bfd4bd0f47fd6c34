import type { Outcome } from '../contract/outcome';
import type { ChangedSettings, SettingsChange } from '../contract/settings';
import { parseSettingsChange } from '../contract/settings';
import type { Ledger } from '../ledger/ledger';
import { parsedActivity } from './support/refusals';

/** The ledger's side of settings. */
export interface SettingsActivities {
  /**
   * Changes limits, thresholds, the top-up or a stop, once per `key`: a repetition gets the first
   * answer. Refusals are values, bad input included.
   */
  changeSettings(change: SettingsChange): Promise<Outcome<ChangedSettings>>;
}

export function createSettingsActivities({
  ledger,
}: {
  ledger: Pick<Ledger, 'settings'>;
}): SettingsActivities {
  const { settings } = ledger;

  function changed(change: SettingsChange): Promise<Outcome<ChangedSettings>> {
    switch (change.setting) {
      case 'limits': {
        const { setting: _, ...limits } = change;
        return settings.setLimits(limits);
      }
      case 'low-balance':
        return settings.setLowBalance(change);
      case 'top-up':
        return settings.setTopUp(change);
      case 'stop':
        return settings.stop(change);
      case 'admit':
        return settings.admit(change);
    }
  }

  return { changeSettings: parsedActivity(parseSettingsChange, changed) };
}
