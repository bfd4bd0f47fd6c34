import type { TopUpActivities } from '../../activities/top-ups';
import { untilAnswered } from './quick-then-patient';

export const { beginTopUp } = untilAnswered<TopUpActivities>();
