import { SUBSCRIPTION_SCENARIOS } from '../scenarios/subscription-scenarios';
import { compareEffects } from './comparison';

compareEffects(SUBSCRIPTION_SCENARIOS);
