import { SKELETON_CSS } from '../skeleton';
import { CONTROLS } from './controls';
import { LAYOUT } from './layout';
import { MAKE } from './make';
import { TOKENS } from './tokens';
import { WENT } from './went';

/** All of the element's CSS. The server sends it with the first paint, the script has it for wherever it is embedded. */
export const CSS = `${TOKENS}${LAYOUT}${CONTROLS}${MAKE}${WENT}${SKELETON_CSS}`;
