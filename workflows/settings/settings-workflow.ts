import type { Outcome } from '../../contract/outcome';
import type { SettingsChange } from '../../contract/settings';
import { checkWorkflowId } from '../checked-input';
import { settingsWorkflowId } from '../messages';
import { type ChangedSettings, changeSettings } from '../proxies/account-proxy';
import { commandStart } from '../proxies/command-start';
import { showOutcome } from './settings-details';

/** The result of `settingsWorkflow`. Published JSON. */
export type SettingsOutcome = Outcome<ChangedSettings> & { change: SettingsChange };

/**
 * Changes settings once per key, for product services that reach Holdfast through Temporal alone.
 * Started as `settings/{account}/{key}`. It may run again under its id: the ledger's key makes that
 * safe. A change that comes a minute after its start, or after a later one of the same setting,
 * changes nothing. Refusals are results.
 */
export async function settingsWorkflow(change: SettingsChange): Promise<SettingsOutcome> {
  checkWorkflowId(change, ({ accountId, key }) => settingsWorkflowId(accountId, key));
  const outcome = await changeSettings(change, commandStart());
  showOutcome(outcome, change);
  return { ...outcome, change };
}
