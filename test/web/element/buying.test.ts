import type { Api } from '../../../web/element/api/http-api';
import type { Pack, Purchase } from '../../../web/element/api/types';
import { askToBuy, buy, isUndecided } from '../../../web/element/state/purchases';
import { INITIAL_STATE, type State } from '../../../web/element/state/state';

const PACK: Pack = { packId: 'pack-125', credits: 125, priceCents: 4_900, currency: 'USD' };

/** A store whose server answers every purchase with this status. */
async function bought(
  status: string,
): Promise<{ state: State; keys: unknown[]; again(): Promise<State> }> {
  let state = INITIAL_STATE;
  const keys: unknown[] = [];
  const send = async (_method: string, _path: string, { key }: { key?: string } = {}) => {
    keys.push(key);
    return { accountId: 'acme', purchaseId: key, status } as Purchase;
  };
  const store = {
    api: { send } as unknown as Api,
    get state() {
      return state;
    },
    update(change: Partial<State>) {
      state = { ...state, ...change };
    },
    refresh: async () => {},
  };
  askToBuy(store, PACK);
  await buy(store);
  return {
    ...{ state, keys },
    async again() {
      await buy(store);
      return state;
    },
  };
}

test.each([
  ['granted', 'done'],
  ['declined', 'failed'],
  ['voided', 'failed'],
  ['refused', 'failed'],
  ['returning', 'failed'],
  ['returned', 'failed'],
])('a purchase with status %s ends as %s', async (status, step) => {
  const { state } = await bought(status);
  expect(state.buying).toMatchObject({ step, purchase: { status } });
});

test.each(['disputed', 'constructor'])(
  'a purchase with the unknown status %s may not be over, and keeps its key',
  async (status) => {
    const { state, keys, again } = await bought(status);
    expect(state.buying).toMatchObject({ step: 'unknown', purchase: { status } });
    expect(isUndecided(state.buying)).toBe(true);
    await again();
    expect(keys).toEqual([state.buying?.key, state.buying?.key]);
  },
);
