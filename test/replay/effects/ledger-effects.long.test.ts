import { LEDGER_SCENARIOS } from '../scenarios/ledger-scenarios';
import { compareEffects } from './comparison';

compareEffects(LEDGER_SCENARIOS);
