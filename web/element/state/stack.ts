import type { Usage } from '../api/types';

/** The credits that one generation type cost per day. */
export interface Layer {
  kind: string;
  /** Its index among all types. It doesn't depend on the filter, so that the colour stays. */
  colour: number;
  credits: number[];
  total: number;
}

export interface UsageStack {
  /** `2026-01-31`, oldest first. */
  days: string[];
  /** From the bottom up, without types that cost nothing. */
  layers: Layer[];
  total: number;
}

/**
 * The usage as layers: the types of the price list in its order, then types that are no longer in
 * it.
 */
export function stackUsage({ days }: Usage, knownKinds: string[], only: string | null): UsageStack {
  const used = days.flatMap((day) => day.kinds.map(({ kind }) => kind)).sort();
  const kinds = [...new Set([...knownKinds, ...used])];
  const layers = kinds.flatMap((kind, colour) => {
    if (only !== null && kind !== only) return [];
    const credits = days.map((day) => day.kinds.find((one) => one.kind === kind)?.credits ?? 0);
    const total = credits.reduce((sum, one) => sum + one, 0);
    return total === 0 ? [] : [{ kind, colour, credits, total }];
  });
  return {
    days: days.map(({ day }) => day),
    layers,
    total: layers.reduce((sum, { total }) => sum + total, 0),
  };
}

const STEPS_MAX = 4;

/**
 * The marks beside a chart that reaches up to `highest` credits: their distance, of 1, 2 or 5 times
 * a power of ten, and how many there are above zero, four at most.
 *
 * @example 37 → 4 marks, 10 credits apart
 */
export function tickStep(highest: number): { credits: number; count: number } {
  const least = highest / STEPS_MAX;
  const power = 10 ** Math.max(0, Math.floor(Math.log10(least)));
  const credits = [1, 2, 5, 10].map((one) => one * power).find((one) => one >= least) ?? least;
  return { credits, count: Math.ceil(highest / credits) };
}

/** The top of each layer on each day, in credits; the last layer's top is the day's sum. */
export function topsOf(layers: Layer[]): number[][] {
  let below: number[] = [];
  return layers.map(({ credits }) => {
    below = credits.map((one, day) => one + (below[day] ?? 0));
    return below;
  });
}
