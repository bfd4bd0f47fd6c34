import { SKELETON_CSS } from '../skeleton';
import { CONTROLS } from './controls';
import { LAYOUT } from './layout';
import { TOKENS } from './tokens';

/** All of the element's CSS. The server sends it with the first paint, the script has it for wherever it is embedded. */
export const CSS = `${TOKENS}${LAYOUT}${CONTROLS}${SKELETON_CSS}`;
