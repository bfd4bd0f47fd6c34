/**
 * Colours by role, each for light and dark; which of the two holds is the host's `color-scheme`. The host's accent is
 * made darker or lighter where text needs it, so that any colour stays legible.
 */
export const TOKENS = `
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
