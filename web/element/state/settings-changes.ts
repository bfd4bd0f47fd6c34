import { asProblem } from '../api/problem';
import type { Generation, Pack, Settings } from '../api/types';
import { newKey } from './purchases';
import type { Saving } from './state';
import type { StoreContext } from './store';

/** Changes a setting, then shows all settings as the server has them. */
export async function save(
  store: StoreContext,
  setting: Saving['setting'],
  body: object,
  buys: Pack | null = null,
): Promise<void> {
  if (store.state.saving?.step === 'sending') return;
  store.update({ saving: { setting, step: 'sending', problem: null, buys } });
  try {
    const settings = await store.api.send<Settings>('PUT', `/settings/${setting}`, {
      key: newKey(),
      body,
    });
    const { overview } = store.state;
    store.update({
      saving: { setting, step: 'done', problem: null, buys },
      ...(overview && { overview: { ...overview, settings } }),
    });
  } catch (error) {
    store.update({ saving: { setting, step: 'failed', problem: asProblem(error), buys } });
  }
}

/** Requests a generation's cancellation. The event stream brings its outcome. */
export async function cancel(store: StoreContext, { requestId }: Generation): Promise<void> {
  store.update({
    cancelling: new Set([...store.state.cancelling, requestId]),
    cancelProblem: null,
  });
  try {
    await store.api.send('DELETE', `/generations/${encodeURIComponent(requestId)}`);
  } catch (error) {
    const cancelling = new Set([...store.state.cancelling].filter((id) => id !== requestId));
    store.update({ cancelling, cancelProblem: asProblem(error) });
  }
}
