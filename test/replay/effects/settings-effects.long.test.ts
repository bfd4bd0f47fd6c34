import { SETTINGS_SCENARIOS } from '../scenarios/settings-scenarios';
import { compareEffects } from './comparison';

compareEffects(SETTINGS_SCENARIOS);
