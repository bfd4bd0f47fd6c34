import type { TopUpActivities } from '../../activities/top-up-activities';
import { untilAnswered } from './quick-then-patient';

export const { beginTopUp } = untilAnswered<TopUpActivities>();
