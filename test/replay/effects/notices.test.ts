import { NOTICE_SCENARIOS } from '../scenarios/notices';
import { compareEffects } from './comparison';

compareEffects(NOTICE_SCENARIOS);
