import type { Format } from './words/format';

const COUNT_MS = 500;

const shown = new WeakMap<HTMLElement, { value: number; frame: number }>();

/**
 * Counts a changed number up or down to its new value. Visitors who prefer reduced motion see it
 * change at once.
 */
export function countTo(digits: HTMLElement, value: number, format: Format): void {
  const before = shown.get(digits);
  if (before?.value === value) return;
  if (before !== undefined) cancelAnimationFrame(before.frame);
  const from = before?.value ?? value;
  const now = { value, frame: 0 };
  shown.set(digits, now);
  if (from === value || matchMedia('(prefers-reduced-motion: reduce)').matches) {
    write(digits, value, format);
    return;
  }
  const startedMs = performance.now();
  const step = (nowMs: number) => {
    const share = Math.min(1, Math.max(0, (nowMs - startedMs) / COUNT_MS));
    write(digits, Math.round(from + (value - from) * share), format);
    if (share < 1) now.frame = requestAnimationFrame(step);
  };
  write(digits, from, format);
  now.frame = requestAnimationFrame(step);
}

function write(digits: HTMLElement, value: number, format: Format): void {
  digits.textContent = format.count(value);
}
