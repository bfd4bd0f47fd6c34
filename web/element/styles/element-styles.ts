import { SKELETON_CSS } from '../skeleton';
import { CONTROLS } from './control-styles';
import { MAKE } from './generate-styles';
import { LAYOUT } from './layout-styles';
import { WENT } from './spending-styles';
import { TOKENS } from './tokens';

/** All of the element's CSS. The server sends it with the first paint, the script has it for wherever it is embedded. */
export const CSS = `${TOKENS}${LAYOUT}${CONTROLS}${MAKE}${WENT}${SKELETON_CSS}`;
