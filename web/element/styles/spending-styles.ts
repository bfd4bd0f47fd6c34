/**
 * The chart's place has the same height empty and full. The colours of
 * the types differ in lightness as well as in hue.
 */
export const SPENDING_STYLES = `
.filters { display: flex; flex-wrap: wrap; gap: 8px; }
.filters select { flex: 1 1 160px; width: auto; min-width: 0; }
.segments { display: flex; flex: 1 1 240px; }
.segments button { flex: 1; padding-inline: 8px; border-radius: 0; margin-inline-start: -1px; white-space: nowrap; }
.segments button:first-child { border-start-start-radius: 8px; border-end-start-radius: 8px; margin-inline-start: 0; }
.segments button:last-child { border-start-end-radius: 8px; border-end-end-radius: 8px; }
.segments button[aria-pressed='true'] { position: relative; border-color: var(--accent-text); color: var(--accent-text); font-weight: 600; box-shadow: inset 0 0 0 1px var(--accent-text); }
.plot-space { height: 204px; }
.plot-space.nothing { display: grid; place-items: center; padding: 16px; border: 1px dashed var(--line); border-radius: 8px; text-align: center; }
.failure { display: grid; gap: 8px; align-content: center; justify-items: start; padding: 16px; border-radius: 8px; background: var(--sunken); }
.tall-history { height: 320px; }
.tall-receipt { height: 176px; margin-bottom: 12px; }
[data-old] { opacity: .5; }
.usage { min-width: 0; }
.plot {
  display: grid; grid-template-rows: auto minmax(0, 1fr); gap: 4px; border: 0 solid var(--line); border-radius: 4px;
  background: var(--surface); color: var(--quiet);
}
.readout { min-height: 24px; color: var(--text); font-size: 14px; line-height: 24px; white-space: nowrap; overflow: hidden; text-overflow: ellipsis; }
.canvas { display: grid; grid-template: minmax(0, 1fr) 20px / auto minmax(0, 1fr); gap: 2px 8px; padding-top: 8px; font-size: 12px; }
.ticks { display: flex; flex-direction: column-reverse; justify-content: space-between; text-align: end; }
.ticks span { height: 0; line-height: 0; }
.canvas svg { width: 100%; height: 100%; overflow: visible; }
.canvas line { stroke: var(--line); }
.dates { grid-column: 2; fill: currentColor; text-anchor: middle; }
.for-wide { display: none; }
.bar { stroke: var(--surface); }
.cursor { fill: var(--control); opacity: .25; }
.legend { display: flex; flex-wrap: wrap; gap: 4px 16px; padding-top: 8px; list-style: none; font-size: 14px; line-height: 20px; }
.swatch { display: inline-block; width: 10px; height: 10px; margin-inline-end: 4px; border-radius: 3px; }
.bar, .swatch { fill: var(--colour); background: var(--colour); forced-color-adjust: none; }
.colour-0 { --colour: light-dark(#1f4fbf, #7ea6ff); }
.colour-1 { --colour: light-dark(#e08a1e, #f5b556); }
.colour-2 { --colour: light-dark(#0b6e5b, #2fa98d); }
.colour-3 { --colour: light-dark(#c2559d, #f3a6d8); }
.colour-4 { --colour: light-dark(#4aa3df, #4fc3f7); }
.colour-5 { --colour: light-dark(#7a2e12, #d9663c); }
.colour-6 { --colour: light-dark(#8a9a1f, #dbe36a); }
.colour-7 { --colour: light-dark(#5b5f6b, #b7bcc9); }
.scroll { overflow: auto; max-height: 320px; }
table { border-collapse: collapse; width: 100%; font-size: 14px; line-height: 20px; }
th, td { padding: 4px 8px; border-top: 1px solid var(--line); text-align: end; font-weight: 400; }
thead th { border-top: 0; color: var(--quiet); vertical-align: bottom; }
th:first-child { padding-inline-start: 0; text-align: start; white-space: nowrap; }
.history ul { list-style: none; }
.day { margin-top: 12px; padding-bottom: 4px; color: var(--quiet); font-size: 14px; line-height: 20px; font-weight: 600; }
.day:first-child { margin-top: 0; }
.history li { border-top: 1px solid var(--line); }
.history li:first-child { border-top: 0; }
.entry { position: relative; }
div.entry, .entry > summary {
  display: grid; grid-template-columns: minmax(0, 1fr) auto; gap: 0 12px; align-items: center;
  min-height: 44px; padding-block: 8px; padding-inline-end: 24px;
}
.entry > summary { cursor: pointer; list-style: none; }
.entry > summary::-webkit-details-marker { display: none; }
.entry > summary::after {
  content: ''; position: absolute; inset-block-start: 18px; inset-inline-end: 5px; width: 7px; height: 7px; color: var(--quiet);
  border: solid currentColor; border-width: 0 1.5px 1.5px 0; transform: rotate(45deg) translate(-2px, -2px);
}
.entry[open] > summary::after { transform: rotate(-135deg) translate(-2px, -2px); }
.entry > summary:hover .what { color: var(--accent-text); }
.what { overflow-wrap: anywhere; }
.amount { text-align: end; white-space: nowrap; font-weight: 600; }
.amount.quiet { font-weight: 400; }
.when { grid-column: 1 / -1; white-space: nowrap; }
@container (min-width: 480px) {
  .for-wide { display: initial; }
  div.entry, .entry > summary { grid-template-columns: minmax(0, 1fr) auto minmax(92px, auto); }
  .when { grid-column: 2; grid-row: 1; }
}
.receipt { display: grid; gap: 4px; margin-bottom: 12px; padding: 12px 16px; border-radius: 8px; background: var(--sunken); font-size: 14px; line-height: 20px; }
.receipt > div { display: grid; grid-template-columns: 88px minmax(0, 1fr); gap: 12px; }
.receipt dt { color: var(--quiet); overflow-wrap: anywhere; }
.receipt dd { overflow-wrap: anywhere; }
.made { display: block; max-width: 100%; max-height: 360px; margin-bottom: 4px; border-radius: 8px; }
.made[hidden] { display: none; }
audio.made { width: 100%; }
code { font-size: 13px; }
button.wide { width: 100%; }
`;
