import { setSearchAttributes } from './own-search-attributes';
import { type HoldfastState, STATE_ATTRIBUTE } from './search-attributes';

/** Sets `HoldfastState` of the current workflow; null removes it. */
export function markState(state: HoldfastState | null): void {
  setSearchAttributes([{ key: STATE_ATTRIBUTE, value: state }]);
}
