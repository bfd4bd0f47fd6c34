/** Buttons and fields: 44 px where a finger meets them. */
export const CONTROLS = `
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
.packs { display: grid; gap: 8px; grid-template-columns: repeat(auto-fit, minmax(96px, 1fr)); }
.pack { display: grid; align-content: start; gap: 4px; padding: 12px 8px; text-align: start; }
.pack .price { font-size: 18px; line-height: 24px; font-weight: 600; color: var(--accent-text); }
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
