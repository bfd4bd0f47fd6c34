/** The calculator: two lines per price, and a third one if the credits aren't enough. */
export const GENERATE_STYLES = `
.prices { list-style: none; }
.price-row {
  display: grid; grid-template-columns: minmax(0, 1fr) auto; align-items: center; gap: 0 12px;
  padding-block: 8px; border-top: 1px solid var(--line);
}
.price-row:first-child { border-top: 0; padding-top: 0; }
.price-row output { justify-self: end; text-align: end; color: var(--quiet); font-size: 14px; }
.price-row output strong { color: var(--text); font-size: 16px; }
.price-row output strong.low { color: var(--low); }
.length { display: flex; align-items: center; justify-content: end; gap: 8px; }
.length input[type='range'] { width: 120px; margin: 0; accent-color: var(--accent-text); }
.length input[type='number'] { width: 88px; padding: 4px 8px; text-align: end; appearance: textfield; }
.length ::-webkit-inner-spin-button { display: none; }
.way { grid-column: 1 / -1; padding-top: 4px; }
button.link {
  display: inline; min-height: 0; padding: 4px 0; border: 0; background: none;
  color: var(--accent-text); text-decoration: underline; font-weight: 600; text-align: start;
}
@container (max-width: 479.98px) {
  .price-row { grid-template-columns: minmax(0, 1fr); gap: 4px; }
  button.link { display: inline-block; padding-block: 10px; }
  .price-row output { justify-self: start; text-align: start; }
  .price-row .each { grid-row: 2; }
  .length { justify-content: stretch; }
  .length input[type='range'] { flex: 1; min-width: 0; }
}
@container (min-width: 760px) {
  .length input { min-height: 32px; }
}
`;
