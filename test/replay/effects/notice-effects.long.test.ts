import { NOTICE_SCENARIOS } from '../scenarios/notice-scenarios';
import { compareEffects } from './comparison';

compareEffects(NOTICE_SCENARIOS);
