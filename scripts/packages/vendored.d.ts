/** The packages that stand in the client's own. */
export const BUNDLED: string[];
