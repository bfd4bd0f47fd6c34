import { SKELETON_STYLES } from '../first-paint';
import { GENERATE_STYLES } from './generate-styles';
import { SPENDING_STYLES } from './spending-styles';

/**
 * Colours by role, for light and for dark by the host's `color-scheme`. The host's accent is made
 * darker or lighter for text, so that any accent stays legible.
 */
const TOKEN_STYLES = `
:host {
  display: block;
  container-type: inline-size;
  font: inherit;
  font-size: 16px;
  line-height: 1.5;
  font-variant-numeric: tabular-nums;
  color: var(--text);
  text-align: start;
  --accent: var(--holdfast-accent, #2457d6);
  --accent-text: light-dark(oklch(from var(--accent) min(l, .48) c h), oklch(from var(--accent) max(l, .78) c h));
  --on-accent: oklch(from var(--accent) clamp(0, (.66 - l) * 1000, 1) 0 h);
  --text: light-dark(#1b1f27, #eceef2);
  --quiet: light-dark(#565d6b, #a8afbd);
  --surface: light-dark(#fff, #171a21);
  --sunken: light-dark(#f2f4f8, #20242d);
  --line: light-dark(#d5dae3, #39404d);
  --control: light-dark(#858d9c, #7a8394);
  --good: light-dark(#11693a, #6fd69b);
  --low: light-dark(#8a4b00, #f2b866);
  --bad: light-dark(#a81f2d, #ff9aa2);
  --low-ground: light-dark(#fff5e5, #33270f);
  --bad-ground: light-dark(#fdeeef, #3a1a1e);
}
:host([hidden]) { display: none; }
*, *::before, *::after { box-sizing: border-box; }
h2, p, ul, ol, dl, dd, figure { margin: 0; padding: 0; }
h2 { font-size: 16px; line-height: 24px; font-weight: 600; }
a { color: var(--accent-text); }
.quiet { color: var(--quiet); font-size: 14px; line-height: 20px; }
.good { color: var(--good); }
.low { color: var(--low); }
.bad, .zero { color: var(--bad); }
.code { color: var(--quiet); font-size: 14px; overflow-wrap: anywhere; }
.plain { list-style: none; display: grid; gap: 8px; }
.grow { flex: 1; min-width: 0; }
:focus-visible { outline: 3px solid var(--accent-text); outline-offset: 2px; }
.sr { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
`;

/**
 * One column on a phone, two below the balance by the element's own width: it may stand in a narrow
 * part of a wide page.
 */
const LAYOUT_STYLES = `
.all { display: grid; gap: 16px; align-items: start; grid-template-columns: minmax(0, 1fr); }
.card {
  display: grid; gap: 12px; align-content: start;
  padding: 16px; border: 1px solid var(--line); border-radius: 12px; background: var(--surface);
}
.column { display: grid; gap: 16px; min-width: 0; }
@container (min-width: 760px) {
  .all { grid-template-columns: minmax(0, 11fr) minmax(0, 13fr); }
  .card { padding: 20px; }
  .banner, .balance { grid-column: 1 / -1; }
}
.banner { padding: 12px 16px; border-radius: 12px; background: var(--low-ground); color: var(--low); }
.banner.expired, .banner.error { background: var(--bad-ground); color: var(--bad); }
.banner:empty { display: none; }
.number { display: flex; align-items: baseline; gap: 8px; }
.digits { font-size: 48px; line-height: 56px; font-weight: 650; letter-spacing: -.02em; }
.unit { color: var(--quiet); }
.share { display: block; width: 100%; height: 8px; margin-bottom: 8px; border-radius: 4px; overflow: hidden; }
.share .held { fill: var(--control); opacity: .5; }
.share .free { fill: var(--accent-text); }
.latest { min-height: 40px; }
.level { padding: 8px 12px; border-radius: 8px; background: var(--sunken); }
.level.low { background: var(--low-ground); }
.level.zero { background: var(--bad-ground); }
.row { display: flex; align-items: center; gap: 12px; }
.wrapping { flex-wrap: wrap; }
.dot {
  display: inline-block; width: 8px; height: 8px; margin-inline-end: 4px; border-radius: 50%;
  background: var(--accent-text); animation: breathe 1.6s ease-in-out infinite alternate;
}
@keyframes breathe { to { opacity: .35; } }
.part { display: grid; grid-template-columns: 1fr auto; gap: 0 12px; padding-block: 8px; border-top: 1px solid var(--line); }
.part .quiet { grid-column: 1 / -1; padding-inline-start: 18px; }
.part:first-child { border-top: 0; }
.source { display: inline-block; width: 10px; height: 10px; margin-inline-end: 8px; border-radius: 3px; background: var(--accent-text); }
.source.from-pack { background: var(--good); }
.source.from-promotion { background: var(--low); }
.source.from-adjustment { background: var(--quiet); }
.bone { border-radius: 8px; background: var(--sunken); }
.all[data-stale] .digits { color: var(--quiet); }
@media (prefers-reduced-motion: reduce) { .dot { animation: none; } }
`;

/** Buttons and fields, 44 px high for fingers. */
const CONTROL_STYLES = `
button, input, select { font: inherit; color: inherit; min-height: 44px; }
button {
  padding: 8px 16px; border: 1px solid var(--control); border-radius: 8px; background: var(--surface); cursor: pointer;
}
button:hover:not(:disabled) { border-color: var(--accent-text); }
button:disabled { cursor: default; color: var(--quiet); border-style: dashed; }
button.main { background: var(--accent); border-color: var(--accent); color: var(--on-accent); font-weight: 600; min-width: 160px; }
button.main:disabled { background: var(--sunken); color: var(--quiet); }
button.small { padding: 4px 12px; }
.buttons { display: flex; flex-wrap: wrap; align-items: center; gap: 8px; margin-top: 8px; }
.packs { display: grid; gap: 8px; }
.pack { display: grid; grid-template-columns: 1fr minmax(0, auto); gap: 0 12px; align-items: center; padding: 8px 16px; text-align: start; }
.pack .price { grid-row: 1 / span 2; grid-column: 2; text-align: end; font-weight: 600; color: var(--accent-text); }
.pack:disabled .price { color: var(--quiet); }
.pack[aria-pressed='true'] { border-color: var(--accent-text); box-shadow: inset 0 0 0 1px var(--accent-text); }
.confirm:empty { margin-top: -12px; }
.question { padding: 12px; border-radius: 8px; background: var(--sunken); }
.fold > summary { min-height: 44px; padding-block: 10px; cursor: pointer; color: var(--accent-text); }
.fold > * + * { margin-top: 8px; }
form { display: grid; gap: 12px; padding-top: 12px; border-top: 1px solid var(--line); }
label { display: grid; gap: 4px; }
label.check { display: flex; align-items: center; gap: 8px; min-height: 44px; }
input[type='checkbox'] { min-height: 0; width: 20px; height: 20px; accent-color: var(--accent-text); }
input:not([type='checkbox'], [type='range']), select {
  width: 100%; padding: 8px 12px; border: 1px solid var(--control); border-radius: 8px; background: var(--surface);
}
`;

/**
 * All of the element's CSS. The server sends it with the first paint; the script has it for pages
 * that embed the element.
 */
export const CSS = `${TOKEN_STYLES}${LAYOUT_STYLES}${CONTROL_STYLES}${GENERATE_STYLES}${SPENDING_STYLES}${SKELETON_STYLES}`;
