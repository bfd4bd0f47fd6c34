import type { Usage } from '../api/types';

/** What one generation type cost, day by day. */
export interface Layer {
  kind: string;
  /** Its place among all types, by which it keeps its colour whatever is filtered. */
  colour: number;
  credits: number[];
  total: number;
}

export interface UsageStack {
  /** `2026-01-31`, oldest first. */
  days: string[];
  /** From the bottom up; only types that cost anything. */
  layers: Layer[];
  total: number;
}

/** The layers in the order of the price list, then what is no longer in it. */
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

/** How high each layer's top stands on each day: the last one's is the day's sum. */
export function topsOf(layers: Layer[]): number[][] {
  let below: number[] = [];
  return layers.map(({ credits }) => {
    below = credits.map((one, day) => one + (below[day] ?? 0));
    return below;
  });
}
