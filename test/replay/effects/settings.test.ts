import { SETTINGS_SCENARIOS } from '../scenarios/settings';
import { compareEffects } from './comparison';

compareEffects(SETTINGS_SCENARIOS);
