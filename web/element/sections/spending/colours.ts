/** The number of distinct colours of types; further types repeat them. */
export const COLOURS = 8;
