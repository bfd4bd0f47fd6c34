import type { TopUpActivities } from '../../activities/top-ups';
import { untilAnswered } from './quick-then-patient';

export type TopUpStep = Extract<Awaited<ReturnType<TopUpActivities['beginTopUp']>>, { ok: true }>['value'];

export function beginTopUp(accountId: string): ReturnType<TopUpActivities['beginTopUp']> {
  return untilAnswered((activities: TopUpActivities) => activities.beginTopUp(accountId));
}
