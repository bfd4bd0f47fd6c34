import { SUBSCRIPTION_SCENARIOS } from '../scenarios/subscription';
import { compareEffects } from './comparison';

compareEffects(SUBSCRIPTION_SCENARIOS);
