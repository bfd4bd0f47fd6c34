import { createApi } from '../../../web/element/api/http-api';
import type { Generation, Pack } from '../../../web/element/api/types';
import { askToBuy, buy } from '../../../web/element/state/purchases';
import { cancel, save } from '../../../web/element/state/settings-changes';
import { Store } from '../../../web/element/state/store';

const PACK: Pack = { packId: 'pack-125', credits: 125, priceCents: 4900, currency: 'USD' };

/** An API whose calls wait until the test answers all of them. */
function slowServer() {
  const waiting: (() => void)[] = [];
  const served = jest.spyOn(globalThis, 'fetch').mockImplementation(async () => {
    await new Promise<void>((resolve) => waiting.push(resolve));
    return Response.json({ status: 'granted' });
  });
  return {
    answer: () => waiting.splice(0).map((resolve) => resolve()),
    close: () => served.mockRestore(),
  };
}

test.each<[string, (store: Store) => Promise<void>]>([
  ['a change of settings', (store) => save(store, 'low-balance', { lowBalance: [] })],
  ['a cancellation', (store) => cancel(store, { requestId: 'r1' } as Generation)],
  [
    'a purchase',
    (store) => {
      askToBuy(store, PACK);
      return buy(store);
    },
  ],
])('%s that is answered after its account has gone changes nothing', async (_, begin) => {
  const server = slowServer();
  const changed = jest.fn();
  const store = new Store(
    createApi('http://127.0.0.1', () => 'token'),
    changed,
  );
  const begun = begin(store);
  expect(changed).toHaveBeenCalled();
  store.end();
  const { state } = store;
  changed.mockClear();
  server.answer();
  await begun;
  expect(changed).not.toHaveBeenCalled();
  expect(store.state).toBe(state);
  expect(state).toMatchObject({ buying: null, saving: null, overview: null });
  server.close();
});
